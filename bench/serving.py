"""How fast feeds are served: ours against nginx with the same bytes in the same run, one worker each, by wrk.

    make serving

Needs wrk and nginx. Everything is on loopback, and stops by itself.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

import requests
from made import CATEGORIES, NOW, SITE, read, saving

from syndicator.core import configured
from syndicator.core.model import Source
from syndicator.pipeline.cluster import Clusterer
from syndicator.pipeline.publish import ChannelLimits, Publisher
from syndicator.store.store import Store
from syndicator.web.public import public_app
from syndicator.web.server import listen, server

CONNECTIONS = 32
PATH = "/feeds/c0.atom"


ENTRIES = 16
"""So many make a feed of about 50 KB."""


@dataclass(frozen=True)
class Rate:
    """What wrk saw: answers a second, and the 99th percentile of their latency in milliseconds."""

    a_second: float
    p99: float


def publish(url: str) -> None:
    """A database with one feed."""
    store = Store(url)
    store.migrate()
    source = Source("s0", "https://s0.example.org/feed", ("c0",), "s0")
    store.configure(configured.states({"s0": source}, {}, {}, NOW), CATEGORIES, NOW, {})
    store.save_polls([saving(0, read(0))])
    Clusterer(store, (), timedelta(0)).place_newcomers()
    Publisher(store, lambda: NOW, SITE, CATEGORIES, ChannelLimits(ENTRIES)).publish()
    store.close()


def wrk(url: str, seconds: int, etag: str = "") -> Rate:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", url]
    if etag:
        command += ["-H", f"If-None-Match: {etag}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if not etag and "Non-2xx" in said:
        raise RuntimeError(said)
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate
    assert p99
    return Rate(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]])


def delays(url: str, address: str, rounds: int) -> list[float]:
    """Seconds from the commit of a poll to its article in the feed that is served, publishing as the engine does."""
    store = Store(url)
    publisher = Publisher(store, _later(), SITE, CATEGORIES, ChannelLimits(ENTRIES))
    publisher.publish()
    found = []
    for number in range(1, rounds + 1):
        title = f"News number {number}"
        fresh = replace(
            read(0)[0], id=f"n{number}", guid=f"urn:example:{number}", title=title, canonical_url="", url=""
        )
        store.save_polls([saving(0, (replace(fresh, sort_at=NOW + timedelta(seconds=number)),))])
        committed = time.monotonic()
        Clusterer(store, (), timedelta(0)).place_newcomers()
        publisher.publish()
        while title not in requests.get(address + PATH, timeout=10).text:
            time.sleep(0.005)
        found.append(time.monotonic() - committed)
    store.close()
    return sorted(found)


def _later() -> Callable[[], datetime]:
    """A clock on which every category is quiet whenever it is looked at."""
    minutes = count()
    return lambda: NOW + timedelta(minutes=next(minutes))


def _serve(url: str, listener: socket.socket) -> None:
    server(public_app(Store(url, read_only=True), SITE, CATEGORIES, 100, lambda: NOW)).run(sockets=[listener])


@contextmanager
def ours(url: str) -> Iterator[str]:
    """The address of our web process."""
    listener = listen("127.0.0.1:0", "")
    child = multiprocessing.get_context("fork").Process(target=_serve, args=(url, listener), daemon=True)
    child.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        child.terminate()
        child.join()


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """The address of an nginx with one worker that serves `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(
        f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error;"
        "events {} http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;"
        f" open_file_cache max=10; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    os.chmod(folder, 0o755)
    started = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield f"http://127.0.0.1:{port}"
    finally:
        started.terminate()
        started.wait()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if missing := [name for name in ("wrk", "nginx") if not shutil.which(name)]:
        sys.exit(f"not installed: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/bench.db"
        publish(url)
        found: dict[str, Rate] = {}
        with ours(url) as address:
            whole = requests.get(address + PATH, headers={"Accept-Encoding": "identity"}, timeout=10)
            found["ours, whole"] = wrk(address + PATH, given.seconds)
            found["ours, 304"] = wrk(address + PATH, given.seconds, whole.headers["ETag"])
            waits = delays(url, address, 20)
        (folder / "feed.atom").write_bytes(whole.content)
        with nginx(folder) as address:
            tag = requests.get(f"{address}/feed.atom", timeout=10).headers["ETag"]
            found["nginx, whole"] = wrk(f"{address}/feed.atom", given.seconds)
            found["nginx, 304"] = wrk(f"{address}/feed.atom", given.seconds, tag)
    if given.json:
        rates = {name: vars(rate) for name, rate in found.items()}
        print(json.dumps({"bytes": len(whole.content), **rates, "from commit to served, seconds": waits}))
        return
    print(f"a feed of {len(whole.content):,} bytes, {CONNECTIONS} connections")
    for name, rate in found.items():
        print(f"  {name:<13}{rate.a_second:>9,.0f} a second, p99 {rate.p99:.1f} ms")
    print(f"  from commit to served: median {median(waits):.2f} s, longest {waits[-1]:.2f} s of {len(waits)}")
    for kind in ("whole", "304"):
        print(f"  {kind}: {found[f'ours, {kind}'].a_second / found[f'nginx, {kind}'].a_second:.2f} of nginx")


if __name__ == "__main__":
    main()
