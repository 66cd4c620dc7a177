"""Asking the running engine, through its operator listener, for what only it may do: whatever writes."""

from __future__ import annotations

from typing import Any

import requests

from syndicator.core.errors import EngineRefused

_SECONDS = 30
_ANY = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 (nothing is bound)
"""Where a listener on all addresses is asked."""


def ask(listener: str, path: str, **fields: str) -> dict[str, Any]:
    """POST `fields` to `path` at the `listener` (`host:port`); gives the JSON object that it answers.

    Raises EngineRefused with its reason, also where nobody listens there.
    """
    host, _, port = listener.rpartition(":")
    address = f"http://{_ANY.get(host, host)}:{port}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(address + path, fields, headers={"Accept": "application/json"}, timeout=_SECONDS)
        said: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise EngineRefused(address, str(error)) from error
    if not answer.ok:
        raise EngineRefused(address, str(said.get("detail", answer.status_code)))
    return said
