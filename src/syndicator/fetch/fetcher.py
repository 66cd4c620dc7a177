"""The one way to a body: over HTTP, or from a file below the configuration's folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from syndicator.core.fetching import Fetched, FetchFailed, FetchOutcome, FetchRequest

from .http import HttpFetch


class Fetcher:
    """Fetches what a source's `url` names; `root` is the folder that `file:` is bound to."""

    def __init__(self, http: HttpFetch, root: Path, max_body: int) -> None:
        self._http = http
        self._root = root.resolve()
        self._max_body = max_body

    def __call__(self, request: FetchRequest) -> FetchOutcome:
        if request.url.startswith("file:"):
            return self._read_file(request.url)
        return self._http(request)

    def _read_file(self, url: str) -> FetchOutcome:
        try:
            path = (self._root / unquote(url.removeprefix("file:"))).resolve()
        except (ValueError, RuntimeError, OSError) as error:
            return FetchFailed(f"cannot read the file: {error}")  # a zero byte, links in a circle
        if not path.is_relative_to(self._root):
            return FetchFailed(f"file: sources lie below the configuration's folder, {self._root}")
        try:
            with path.open("rb") as file:
                body = file.read(self._max_body + 1)
        except OSError as error:
            return FetchFailed(f"cannot read {path}: {error.strerror}")
        if len(body) > self._max_body:
            return FetchFailed(f"the file is larger than {self._max_body} bytes (polling.max_body)")
        return Fetched(url, body, content_type="application/xml")
