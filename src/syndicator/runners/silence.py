"""Children that only compute have no log: what they find they give back."""

from __future__ import annotations

import logging
import warnings


def silence_libraries() -> None:
    """In such a child, keep libraries from writing to standard error, where every line is an event."""
    logging.disable()
    warnings.simplefilter("ignore")
