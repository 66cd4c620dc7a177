"""What commands take: seconds by the clock, seconds of CPU and most memory of all their processes together (Linux)."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

_PR_SET_CHILD_SUBREAPER = 36
_BETWEEN_LOOKS = 0.05
_PATIENCE = 900
"""Seconds after which a poll is given up."""


@dataclass(frozen=True)
class Taken:
    """`memory` in MB, the proportional set size of all processes at its highest; 0 where nobody looked.

    `answers` is the status that the server gave.
    """

    wall: float
    cpu: float
    memory: float = 0.0
    answers: str = ""


def measure(
    commands: Sequence[Sequence[str]], env: Mapping[str, str], memory: bool = False, server: int = 0
) -> Taken:  # fmt: skip
    """Run `commands` one after the other; raises RuntimeError where one fails. What a `server` takes meanwhile counts.

    They get a parent of their own, to which the kernel hands whatever outlives its parent: so all CPU is counted. A
    command lasts until the last of its processes has closed its output. Looking at the memory takes time itself; it is
    done only where it is asked for.
    """
    asked = json.dumps({"commands": commands, "memory": memory, "server": server})
    done = subprocess.run(
        [sys.executable, __file__],
        input=asked,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"{commands}: {done.stderr[-2000:]}")
    return Taken(**json.loads(done.stdout))


def _run(commands: list[list[str]], memory: bool, server: int) -> Taken:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    watch = _Memory(server) if memory else None
    before = _cpu(server)
    began = time.perf_counter()
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"exit {done.returncode}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}")
    wall = time.perf_counter() - began
    with suppress(ChildProcessError):
        while True:
            os.wait()  # for what outlives its parent a moment
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime + _cpu(server) - before
    return Taken(wall, cpu, watch.end() if watch else 0.0)


def _cpu(server: int) -> float:
    """Seconds that a server and all of its processes have taken until now, those that have ended among them."""
    ticks = 0
    for pid in _with_descendants(server):
        with suppress(OSError):
            ticks += sum(map(int, _stat(pid)[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


class _Memory:
    """Looks again and again at what all descendants of this process use, and a server with its own."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._most, self._over = 0, Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most * 1024 / 1e6

    def _look(self) -> None:
        while not self._over.wait(_BETWEEN_LOOKS):
            looked_at = _with_descendants(os.getpid()) - {os.getpid()} | _with_descendants(self._server)
            self._most = max(self._most, sum(map(_proportional, looked_at)))


def _with_descendants(root: int) -> set[int]:
    """A process and all that it started; nothing for 0, which is none."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parents[int(entry.name)] = int(_stat(int(entry.name))[1])
    found, fresh = {root} & parents.keys(), {root} & parents.keys()
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def _stat(pid: int) -> list[str]:
    """The fields of `/proc/PID/stat` from the third on: the state, the parent, ... (proc_pid_stat(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _proportional(pid: int) -> int:
    """KiB of memory of a process, what it shares divided among those that do."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(asdict(_run(asked["commands"], asked["memory"], asked["server"]))))
