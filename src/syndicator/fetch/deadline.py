"""An answer that is over in time and whose headers are no flood."""

from __future__ import annotations

import io
import time
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any

_LONGEST_HEAD = 64 * 1024
"""In bytes, for status line and headers; http.client alone would take 6 MB."""
_COARSE = 0.05
"""In seconds: by how much a read may be late, so that not every one needs another system call."""


class BoundedResponse(HTTPResponse):
    """An answer whose every read ends when the socket's timeout, counted from now, is over.

    A socket's timeout is per read: a byte of a header now and then would hold a thread for ever.
    """

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self._bounded = _Bounded(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._bounded)

    def begin(self) -> None:
        super().begin()
        self._bounded.head_left = None

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer itself: before it others may come (RFC 9110, 15.2), not only 100."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while 101 < status < 200:
            parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _Bounded(io.RawIOBase):
    """Reads until the deadline; while `head_left` is a number, not more bytes than that."""

    def __init__(self, raw: io.RawIOBase, sock: Any) -> None:
        self._raw, self._sock = raw, sock
        self._timeout = sock.gettimeout()
        self._deadline = time.monotonic() + self._timeout
        self.head_left: int | None = _LONGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        if self._timeout - left > _COARSE:
            self._timeout = left
            self._sock.settimeout(left)
        count = self._raw.readinto(buffer)
        if self.head_left is not None:
            self.head_left -= count or 0
            if self.head_left < 0:
                raise HTTPException(f"the headers are larger than {_LONGEST_HEAD // 1024} KiB")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
