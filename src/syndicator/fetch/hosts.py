"""What politeness keeps per host: whose turn it is, and who asked for quiet."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime


class HostBusy(Exception):
    """No turn came in time."""


class Hosts:
    """At most `per_host` requests to a host at once, none while it wants quiet; safe to use from several threads."""

    def __init__(self, per_host: int = 1, quiet: Mapping[str, datetime] | None = None) -> None:
        self.per_host = per_host
        self._quiet = dict(quiet or {})
        self._busy: dict[str, int] = defaultdict(int)
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, host: str, seconds: float) -> Iterator[None]:
        """Hold one of the host's turns; raises HostBusy when none is free within `seconds`."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._busy[host] < self.per_host, seconds):
                raise HostBusy
            self._busy[host] += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy[host] -= 1
                if not self._busy[host]:
                    del self._busy[host]
                self._changed.notify_all()

    def quiet_until(self, host: str, now: datetime) -> datetime | None:
        """When the host wants to be asked again; None where it may be asked."""
        until = self._quiet.get(host)
        return until if until and until > now else None

    def keep_quiet(self, host: str, until: datetime) -> None:
        """The host asked for quiet; of several wishes the longest counts."""
        with self._changed:
            self._quiet[host] = max(until, self._quiet.get(host, until))
