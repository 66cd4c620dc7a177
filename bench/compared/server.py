"""The publishers: nginx where it is installed, else a small server in a process of its own; each feed on its own host.

Hosts are addresses of 127/8, as Linux has them: a reader is not spared the connections that the web would cost it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .feeds import VERSIONS, name


@dataclass
class Publishers:
    """The feeds at `urls`; `kind` is the server. What it was asked is in its log."""

    kind: str
    urls: list[str]
    _folder: Path
    _read: int = 0

    def show(self, version: str) -> None:
        """Serve this version of all feeds from now on."""
        fresh = self._folder / "fresh"
        fresh.symlink_to(self._folder / version)
        fresh.replace(self._folder / "now")

    def asked(self) -> Counter[int]:
        """How often each status was answered since the last call; raises where a feed was not asked for at all."""
        lines = (self._folder / "asked").read_text().splitlines()
        new, self._read = lines[self._read :], len(lines)
        paths = {line.split()[0] for line in new}
        if len(paths) != len(self.urls):
            raise RuntimeError(f"{len(paths)} feeds of {len(self.urls)} were asked for")
        return Counter(int(line.split()[1]) for line in new)


@contextmanager
def publishers(folder: Path, count: int, bundled: bool = False) -> Iterator[Publishers]:
    """Serve the feeds in `folder` until the end of the block."""
    addresses = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(count)]
    kind = "the bundled server" if bundled or not shutil.which("nginx") else "nginx"
    port = _free_port()
    urls = [f"http://{address}:{port}/{name(number)}" for number, address in enumerate(addresses)]
    made = Publishers(kind, urls, folder)
    (folder / "asked").touch()
    made.show(VERSIONS[0])
    command = _nginx(folder, addresses, port) if kind == "nginx" else _bundled(folder, addresses, port)
    started = subprocess.Popen(command)
    try:
        _wait_for(addresses[-1], port)
        yield made
    finally:
        started.terminate()
        started.wait()


def _nginx(folder: Path, addresses: list[str], port: int) -> list[str]:
    listen = "".join(f"listen {address}:{port};" for address in addresses)
    config = folder / "nginx.conf"
    config.write_text(
        f"{'user root;' if _is_root() else ''} worker_processes 1; daemon off; pid {folder}/pid;"
        f" error_log {folder}/errors; events {{ worker_connections 4096; }}"
        f" http {{ log_format asked '$uri $status'; access_log {folder}/asked asked;"
        f" client_body_temp_path {folder}/temp; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/temp;"
        f" uwsgi_temp_path {folder}/temp; scgi_temp_path {folder}/temp; types {{ application/xml xml; }}"
        f" sendfile on; server {{ {listen} root {folder}/now; }} }}"
    )
    return ["nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "errors")]


def _is_root() -> bool:
    return os.getuid() == 0


def _bundled(folder: Path, addresses: list[str], port: int) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("bundled.py")), str(folder), str(port), *addresses]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(address: str, port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server of the feeds does not start")
