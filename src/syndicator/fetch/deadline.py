"""A deadline for a whole answer, status line and headers included."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import Any


class TimedResponse(HTTPResponse):
    """An answer whose every read ends when the socket's timeout, counted from now, is over.

    A socket's timeout is per read: a byte of a header now and then would hold a thread for ever.
    """

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        if sock.gettimeout() is not None:
            self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Timed(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: Any) -> None:
        self._raw, self._sock = raw, sock
        self._deadline = time.monotonic() + sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
