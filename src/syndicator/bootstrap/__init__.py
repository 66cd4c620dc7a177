"""The composition root: the only room that knows every room, and the only one that reads the clock."""

from .acting import Actions
from .hub import Hub, Import, load
from .logs import log
from .running import run

__all__ = ["Actions", "Hub", "Import", "load", "log", "run"]
