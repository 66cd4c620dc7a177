"""Asking the running engine, through its operator listener, for what only it may do: whatever writes."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import requests

from syndicator.core.errors import EngineRefused
from syndicator.core.urls import is_ip_address

_SECONDS = 30


def ask(listener: str, path: str, seconds: float = _SECONDS, **fields: str) -> dict[str, Any]:
    """POST `fields` to `path` at the `listener` (`host:port`); gives the JSON object that it answers within `seconds`.

    Raises EngineRefused with its reason, also where nobody listens there.
    """
    host, _, port = listener.rpartition(":")
    address = f"http://{_asked(host)}:{port}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(address + path, fields, headers={"Accept": "application/json"}, timeout=seconds)
        said: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise EngineRefused(address, str(error)) from error
    if not answer.ok:
        raise EngineRefused(address, str(said.get("detail", answer.status_code)))
    return said


def _asked(host: str) -> str:
    """Where to ask a listener on `host`: one on all addresses is on loopback too."""
    if is_ip_address(host) and ip_address(host.strip("[]")).is_unspecified:
        return "[::1]" if ":" in host else "127.0.0.1"
    return host
