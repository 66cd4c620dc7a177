"""Static export: what the public application answers, as files that any web server can serve at the same addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from starlette.types import ASGIApp, Message, Scope

from syndicator.core.channel import archives
from syndicator.core.errors import ExportFailed
from syndicator.core.model import ALL
from syndicator.core.theme import NO_THEME, Theme
from syndicator.formats import addresses

from .export_folder import ExportFolder, Written, export_folder
from .public import Reader as PublicReader
from .static_files import StaticFiles

_NOT_FOUND = "404.html"
"""Where static hosts look for what they answer to an address that they do not have."""
_PAGE_OF_CHANGES = 100

Progress = Callable[[int, int], None]
"""Told how many files there will be, and how many are done."""


class Reader(PublicReader, Protocol):
    """The part of the store that tells which addresses there are."""

    def document_paths(self) -> tuple[str, ...]: ...


def export(
    app: ASGIApp, reader: Reader, categories: Iterable[str], archive_size: int, out: Path, progress: Progress,
    theme: Theme = NO_THEME,
) -> Written:  # fmt: skip
    """Write what `app` answers below the folder `out`, and delete what an earlier export wrote there and is no more.

    `reader` is the store that `app` reads, `theme` the one that it shows. Raises NotEmpty,
    ExportRunning and ExportFailed; what was exported before then stays, as far as it was not replaced.
    """
    if not reader.document_paths():
        # An earlier export would be emptied by it.
        raise ExportFailed(str(out), "nothing has been published yet; `syndicator publish` does it")
    with export_folder(out) as folder:
        found = (*_static(theme), *_addresses(reader, (*categories, ALL), archive_size))
        files = {_file(address): address for address in found}
        folder.expect({*files, _NOT_FOUND})
        asyncio.run(_write(app, files, folder, progress))
        return folder.finish()


async def _write(app: ASGIApp, files: dict[str, str], folder: ExportFolder, progress: Progress) -> None:
    progress(len(files) + 1, 0)
    for done, (file, address) in enumerate(files.items(), 1):
        status, body = await _ask(app, address)
        if status == 200:
            folder.put(file, body)
        elif status not in (404, 410):  # those have vanished since they were listed
            raise ExportFailed(address, f"answered {status}")
        progress(len(files) + 1, done)
    folder.put(_NOT_FOUND, (await _ask(app, f"/{_NOT_FOUND}"))[1])
    progress(len(files) + 1, len(files) + 1)


def _addresses(reader: Reader, categories: tuple[str, ...], archive_size: int) -> Iterator[str]:
    """Every address of news that can be a file; articles first, so that lists and feeds name none that is missing."""
    for article in _articles(reader, categories):
        yield from (f"/articles/{article}", f"/articles/{article}/related.json", f"/articles/{article}/related.html")
    for category in categories:
        shelf = reader.shelf(category)
        for number in archives(shelf.last_ordinal, archive_size, shelf.first_kept) if shelf else ():
            yield f"/categories/{category}/archive/{number}"
            for extension in addresses.MEDIA_TYPES:
                yield f"/{addresses.feed_path(category, extension, number)}"
        yield f"/categories/{category}"
    yield "/"
    yield from (f"/{path}" for path in reader.document_paths())


def _static(theme: Theme) -> Iterator[str]:
    return (f"/static/{path}" for path in StaticFiles(theme).paths)


def _articles(reader: Reader, categories: tuple[str, ...]) -> Iterator[str]:
    """The ids of the articles that show in any category, some more than once.

    Every category is asked, since each shows its own member of a story; one after the other, since the pages of a
    category's articles list the same neighbours.
    """
    for category in categories:
        after = 0
        while changes := reader.changes(category, after, _PAGE_OF_CHANGES):
            yield from (change.article.id for change in changes if not change.removal)
            after = changes[-1].seq


def _file(address: str) -> str:
    """The path of the file that a static host answers with: pages are folders, everything else has an ending."""
    is_page = "." not in address.rpartition("/")[2]
    return f"{address.rstrip('/')}/index.html"[1:] if is_page else address[1:]


async def _ask(app: ASGIApp, address: str) -> tuple[int, bytes]:
    """Status and body of what `app` answers to a GET; raises ExportFailed where it cannot answer."""
    status, body = 500, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": address, "raw_path": address.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": None, "server": None,
    }  # fmt: skip
    try:
        await app(scope, receive, send)
    except Exception as error:  # answered as 500, and raised for whoever keeps a log
        raise ExportFailed(address, f"cannot be answered: {error!r:.300}") from error
    return status, bytes(body)
