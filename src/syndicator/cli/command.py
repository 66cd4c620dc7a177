"""What every command shares: the configuration it is given, and what becomes of errors."""

from __future__ import annotations

import codecs
import errno
import gc
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from syndicator import __version__
from syndicator.core.errors import ConfigError, SyndicatorError
from syndicator.core.plural import counted

from .listed import COMMANDS

FAILED, WRONG_USE = 1, 2

_INTERRUPTED = 130  # 128 and the number of SIGINT, as shells say it
_BETWEEN_LOOKS = 10_000
"""Objects made between two searches for garbage: records have no cycles, and searching takes a twelfth of saving."""

_LISTED = [click.Command(name, help=one.help) for name, one in COMMANDS.items()]


class _Group(click.Group):
    """Errors of ours become a message and an exit code: 1 failed, 2 wrong configuration.

    A command's module is imported when it is called: what all of them need takes longer than most of them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            with _lasting():
                import_module(f".{COMMANDS[cmd_name].module}", __package__)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        room = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(one.name or "", one.get_short_help_str(room)) for one in _LISTED])

    def main(self, *words: Any, **settings: Any) -> Any:
        """Run a command on a terminal of any encoding: what that lacks is written as JSON would, and ends nothing."""
        gc.set_threshold(_BETWEEN_LOOKS)
        codecs.register_error("escaped", _escaped)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="escaped")
        return super().main(*words, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            _config_problems(error)
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = [
            CompletionItem(one.name, help=one.get_short_help_str())
            for one in _LISTED
            if (one.name or "").startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]


@contextmanager
def _lasting() -> Iterator[None]:
    """What is imported and configured is no garbage, now or later.

    Looking for some takes a quarter of the time of all imports, and two fifths of reading 100,000 sources.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _config_problems(error: ConfigError) -> None:
    """Every mistake on a line of its own, as compilers print them."""
    for problem in error.problems:
        click.secho(str(problem), fg="red", err=True)
    click.echo(f"{counted(len(error.problems), 'mistake')} in the configuration; nothing was started.", err=True)


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
    *decorators: Callable[..., Any], group: click.Group | None = None, runs: bool = False
) -> Callable[[Callable[..., None]], click.Command]:
    """A command, of a `group` or of none, that gets the hub of the configuration as its first argument.

    Of one that `runs` further processes are begun while that is read.
    """

    def decorate(function: Callable[..., None]) -> click.Command:
        @click.pass_context
        def loaded(ctx: click.Context, /, **options: Any) -> None:
            with _lasting():
                from syndicator import bootstrap  # all that a hub is made of: not for those who ask for help

                hub = bootstrap.load(ctx.obj, runs=runs)
            function(hub, **options)

        loaded.__doc__, loaded.__name__ = function.__doc__, function.__name__
        wrapped: Any = loaded
        for decorator in reversed(decorators):
            wrapped = decorator(wrapped)
        made: click.Command = (group or main).command(name=function.__name__.replace("_", "-"))(wrapped)
        return made

    return decorate
