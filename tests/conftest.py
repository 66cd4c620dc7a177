"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How fast the machine is proves nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; look at the diff")
