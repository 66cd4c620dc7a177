"""A server of files that answers conditional requests, where there is no nginx: `bundled.py FOLDER PORT ADDRESS...`."""

from __future__ import annotations

import asyncio
import sys
from email.utils import formatdate
from pathlib import Path
from typing import TextIO

_ANSWERS = {200: "OK", 304: "Not Modified", 404: "Not Found"}


async def main(folder: Path, port: int, addresses: list[str]) -> None:
    with (folder / "asked").open("a") as log:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    writer.write(_answer(folder / "now", head.decode("latin-1"), log))
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # that was the last one
            finally:
                writer.close()

        server = await asyncio.start_server(serve, addresses, port, backlog=64)
        await server.serve_forever()


def _answer(root: Path, head: str, log: TextIO) -> bytes:
    """The whole answer to a request whose head this is."""
    first, *lines = head.rstrip().split("\r\n")
    path = first.split()[1]
    sent = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    file = root / Path(path).name
    if not file.is_file():
        return _whole(404, {}, b"", log, path)
    modified = file.stat().st_mtime
    headers = {"ETag": f'"{modified:.0f}-{file.stat().st_size}"', "Last-Modified": formatdate(modified, usegmt=True)}
    # An entity tag is asked about alone where there is one (RFC 9110, 13.2.2).
    unchanged = (
        sent["if-none-match"] == headers["ETag"]
        if "if-none-match" in sent
        else sent.get("if-modified-since") == headers["Last-Modified"]
    )
    if unchanged:
        return _whole(304, headers, b"", log, path)
    return _whole(200, headers | {"Content-Type": "application/xml"}, file.read_bytes(), log, path)


def _whole(status: int, headers: dict[str, str], body: bytes, log: TextIO, path: str) -> bytes:
    log.write(f"{path} {status}\n")
    log.flush()
    length = {} if status == 304 else {"Content-Length": str(len(body))}
    lines = [
        f"HTTP/1.1 {status} {_ANSWERS[status]}",
        *(f"{name}: {value}" for name, value in (headers | length).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
