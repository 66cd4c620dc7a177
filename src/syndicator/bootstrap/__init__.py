"""The composition root: the only room that knows every room, and the only one that reads the clock.

What only one command needs is no part of what every command imports: `running`, `serving`, `keeping` and so on.
"""

from .acting import Actions
from .configuring import Checked, check
from .hub import Hub, load
from .logs import log

__all__ = ["Actions", "Checked", "Hub", "check", "load", "log"]
