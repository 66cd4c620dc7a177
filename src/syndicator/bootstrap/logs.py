"""The log: events to standard error, ours and those of libraries in one form."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from syndicator.core.errors import SyndicatorError
from syndicator.core.urls import without_secrets

if TYPE_CHECKING:
    from syndicator.runners.log import Log

_URL = re.compile(r"https?://[^\s'\"<>)\]]+")
_FOREIGN = ("exception", "message")
"""What others have worded: exceptions of libraries quote the addresses they were given."""


def log() -> Log:
    """Events to standard error: for eyes on a terminal, as JSON lines otherwise."""
    logger = _Log()
    _take_in_others(logger)
    return logger


class _Log:
    """Sets up structlog for the first event: a tenth of a second, that a command which has nothing to say saves."""

    def info(self, event: str, **facts: Any) -> Any:
        return self._made.info(event, **facts)

    def warning(self, event: str, **facts: Any) -> Any:
        return self._made.warning(event, **facts)

    def error(self, event: str, **facts: Any) -> Any:
        return self._made.error(event, **facts)

    @cached_property
    def _made(self) -> Log:
        import structlog

        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _reason,
                structlog.processors.format_exc_info,
                _without_secrets,
                # Exceptions are in words already: the renderer's own way with them would show every variable.
                structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
                if sys.stderr.isatty()
                else structlog.processors.JSONRenderer(),
            ],
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
        logger: Log = structlog.get_logger()
        return logger


@contextmanager
def told(logger: Log, process: str) -> Iterator[None]:
    """What ends `process` is an event of the log; its exit code is 1 then."""
    try:
        yield
    except SyndicatorError as error:
        logger.error("a process cannot go on", process=process, reason=str(error))
        raise SystemExit(1) from None
    except Exception as error:
        logger.error("a process ended by a mistake", process=process, exc_info=error)
        raise SystemExit(1) from None


def _reason(logger: Any, method: str, event: Any) -> Any:
    """Errors of ours say what to do: a full disk needs no traceback."""
    error = sys.exception() if event.get("exc_info") is True else event.get("exc_info")
    if isinstance(error, SyndicatorError):
        del event["exc_info"]
        event["reason"] = str(error)
    return event


def _without_secrets(logger: Any, method: str, event: Any) -> Any:
    for key in _FOREIGN:
        if "://" in (text := str(event.get(key, ""))):
            event[key] = _URL.sub(lambda found: without_secrets(found[0]), text)
    return event


def _take_in_others(logger: Log) -> None:
    """Whatever else would write to standard error comes as an event: libraries, warnings, threads that break."""
    root = logging.getLogger()
    root.handlers = [_Events(logger)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)

    def thread_broke(broken: threading.ExceptHookArgs) -> None:
        name = broken.thread.name if broken.thread else ""
        logger.error("a thread ended by a mistake", thread=name, exc_info=broken.exc_value)

    def broke(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            logger.error("ended by a mistake", exc_info=error)

    threading.excepthook, sys.excepthook = thread_broke, broke


class _Events(logging.Handler):
    """Passes records of the standard library's logging on to our log."""

    def __init__(self, logger: Log) -> None:
        super().__init__()
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        say = self._logger.error if record.levelno >= logging.ERROR else self._logger.warning
        say("a library says", library=record.name, message=record.getMessage(), exc_info=record.exc_info)
