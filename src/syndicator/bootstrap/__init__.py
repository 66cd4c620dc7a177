"""The composition root: the only room that knows every room, and the only one that reads the clock."""

from .acting import Actions
from .configuring import Checked, check
from .hub import Hub, Import, load
from .logs import log
from .running import run

__all__ = ["Actions", "Checked", "Hub", "Import", "check", "load", "log", "run"]
