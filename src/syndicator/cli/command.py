"""What every command shares: the configuration it is given, and what becomes of errors."""

from __future__ import annotations

import codecs
import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from syndicator import __version__, bootstrap
from syndicator.core.errors import ConfigError, SyndicatorError

from . import output

FAILED, WRONG_USE = 1, 2


_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells say it


class _Group(click.Group):
    """Errors of ours become a message and an exit code: 1 failed, 2 wrong configuration."""

    def main(self, *words: Any, **settings: Any) -> Any:
        """Run a command on a terminal of any encoding: what that lacks is written as JSON would, and ends nothing."""
        codecs.register_error("escaped", _escaped)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="escaped")
        return super().main(*words, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            output.config_problems(error)
            ctx.exit(WRONG_USE)
        except SyndicatorError as error:
            _fail(ctx, str(error), FAILED)
        except KeyboardInterrupt:
            _fail(ctx, "stopped by Ctrl-C. What was done until then is kept.", _INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # `syndicator sources | head -1`
                raise
            where = f"{error.filename}: " if error.filename else ""
            _fail(ctx, f"{where}{error.strerror or error}.", FAILED)


def _fail(ctx: click.Context, message: str, code: int) -> None:
    click.secho(f"syndicator: {message}", fg="red", err=True)
    ctx.exit(code)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2)), error.end


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "-c",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("config/syndicator.yaml"),
    envvar="SYNDICATOR_CONFIG",
    show_default=True,
    show_envvar=True,
    help="The configuration file.",
)
@click.version_option(__version__, prog_name="syndicator")
@click.pass_context
def main(ctx: click.Context, config: Path) -> None:
    """A feed syndication hub: polls feeds, files their articles by category, republishes them as RSS, Atom and JSON
    feeds and pages.

    Start with `syndicator check`, then `syndicator run`.
    """
    ctx.obj = config


def command(
    *decorators: Callable[..., Any], group: click.Group | None = None
) -> Callable[[Callable[..., None]], click.Command]:
    """A command, of a `group` or of none, that gets the hub of the configuration as its first argument."""

    def decorate(function: Callable[..., None]) -> click.Command:
        @click.pass_context
        def loaded(ctx: click.Context, /, **options: Any) -> None:
            function(bootstrap.load(ctx.obj), **options)

        loaded.__doc__, loaded.__name__ = function.__doc__, function.__name__
        wrapped: Any = loaded
        for decorator in reversed(decorators):
            wrapped = decorator(wrapped)
        made: click.Command = (group or main).command(name=function.__name__.replace("_", "-"))(wrapped)
        return made

    return decorate
