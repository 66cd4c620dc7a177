"""Every error that means "could not": the tree at a glance.

SyndicatorError
├── ConfigError          the YAML is wrong; carries every problem at once
├── EngineRunning        another engine holds this database
├── DatabaseError
│   ├── DatabaseNewer    written by a newer program
│   ├── DatabaseOlder    not migrated yet
│   ├── TargetNotEmpty   a database that is not to be copied into
│   ├── CopyFailed       a copy that is not what it was made of
│   └── BackupFailed     a backup that was not written
├── AddressInUse         a listener's address is taken
├── UnknownSource        a name that the configuration does not have
├── NotPolled            a source that cannot be polled just now, or has no address to adopt
├── UnknownArticle       a name that no article has
├── SeveralArticles      a name that more than one article has
├── NothingHeld          a category that is not held back
├── SourceNotHeld        a source of which nothing is held
├── NothingToLearn       no category has `classifier`
├── LearningStopped      the engine ended before a training did
├── NotEmpty             a folder that is not ours to write to
├── ExportRunning        another export writes into this folder
├── ExportFailed         an address or a file that stops an export
├── NotImported          a file that is no list of subscriptions
├── NotExtended          a configuration that nothing could be added to
├── NotWritten           a file that could not be written
├── PollsByItself        a poll of what is due, beside an engine that does that
├── NotStarted           a folder that has a configuration, or cannot get one
└── EngineRefused        the running engine did not do what a command asked for

What happens daily on the web (304, 404, a page instead of a feed) is a value, not an error.
"""

from __future__ import annotations

from dataclasses import dataclass


class SyndicatorError(Exception):
    """Something could not be done; the message says what to do next."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration: where, what was found, what is allowed."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}:{self.column}: {key}{self.message}"


class ConfigError(SyndicatorError):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class EngineRunning(SyndicatorError):
    def __init__(self, database: str, holder: str) -> None:
        self.database, self.holder = database, holder
        super().__init__(
            f"another engine{holder} is already running on {database}. It polls and publishes by itself; "
            "stop it first, or give this one a database of its own (storage.url)."
        )


class DatabaseError(SyndicatorError):
    pass


class DatabaseNewer(DatabaseError):
    def __init__(self, database: str, revision: str) -> None:
        self.database, self.revision = database, revision
        super().__init__(
            f"{database} was written by a newer syndicator (schema {revision}, unknown here). "
            "Upgrade this program, or restore a backup made before the upgrade."
        )


class DatabaseOlder(DatabaseError):
    def __init__(self, database: str, revision: str | None) -> None:
        self.database, self.revision = database, revision
        state = f"is at schema {revision}" if revision else "has no tables yet"
        super().__init__(f"{database} {state}. Run `syndicator migrate`, or start the engine with `syndicator run`.")


class TargetNotEmpty(DatabaseError):
    def __init__(self, database: str, found: str) -> None:
        self.database, self.found = database, found
        super().__init__(f"{database} is not empty ({found}). Name a new database, or one with no tables yet.")


class CopyFailed(DatabaseError):
    def __init__(self, database: str, reason: str) -> None:
        self.database, self.reason = database, reason
        super().__init__(f"nothing was copied into {database}: {reason}. Mend that, then copy again.")


class BackupFailed(DatabaseError):
    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"no backup was written to {file}: {reason}.")


class AddressInUse(SyndicatorError):
    def __init__(self, address: str, key: str, reason: str) -> None:
        self.address, self.key = address, key
        super().__init__(f"cannot listen on {address} ({reason}). Choose another address in {key}.")


class UnknownSource(SyndicatorError):
    def __init__(self, name: str, nearest: tuple[str, ...]) -> None:
        self.name, self.nearest = name, nearest
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f"no source is called {name!r} in the configuration.{hint}")


class NotPolled(SyndicatorError):
    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source}: {reason}")


class UnknownArticle(SyndicatorError):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"no article has the id, guid or URL {name!r}. An id is the last part of its page's address: /articles/ID."
        )


class SeveralArticles(SyndicatorError):
    def __init__(self, name: str, found: tuple[tuple[str, str], ...]) -> None:
        self.name, self.found = name, found
        lines = "".join(f"\n  {id_}  of {source}" for id_, source in found)
        super().__init__(f"{len(found)} articles have the URL {name!r}; name one of them by its id:{lines}")


class NotRetold(SyndicatorError):
    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name}: {reason}")


class NothingHeld(SyndicatorError):
    def __init__(self, category: str) -> None:
        self.category = category
        super().__init__(f"the category {category!r} is not held back.")


class SourceNotHeld(SyndicatorError):
    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(f"nothing is held of the source {source!r}. `syndicator hold` lists what is held.")


class NothingToLearn(SyndicatorError):
    def __init__(self) -> None:
        super().__init__("no category has `classifier: true` in the configuration that the engine was started with.")


class LearningStopped(SyndicatorError):
    def __init__(self) -> None:
        super().__init__("the engine was stopped while it learned; the last model stays.")


class NotEmpty(SyndicatorError):
    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} is not empty, and no export made it. Choose a new or empty folder: what is exported replaces "
            "files of the same names."
        )


class ExportRunning(SyndicatorError):
    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(f"another export into {folder} is running. Let it end, then start this one again.")


class ExportFailed(SyndicatorError):
    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(
            f"{what}: {reason}. The export stopped there; run it again when that is mended. Until then files of the "
            "last export stay beside newer ones."
        )


class NotImported(SyndicatorError):
    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} cannot be read as OPML: {reason}. Nothing was imported.")


class NotExtended(SyndicatorError):
    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} cannot be extended: {reason}. It stays as it was.")


class NotWritten(SyndicatorError):
    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} cannot be written: {reason}. Choose another place with --out.")


class PollsByItself(SyndicatorError):
    def __init__(self, database: str) -> None:
        self.database = database
        super().__init__(
            f"the engine that runs on {database} polls what is due by itself. Name the sources that it is to poll now: "
            "`syndicator poll SOURCE`; `syndicator sources` lists them."
        )


class EngineRefused(SyndicatorError):
    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(f"the running engine at {address} (server.operator) answered: {reason}")


class NotStarted(SyndicatorError):
    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} {reason}. Choose a folder without a configuration, which you may write.")
