"""The schema's migrations, run by Alembic: imported where a database is not at this program's schema."""

from __future__ import annotations

from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision, in the transaction of `connection`."""
    made = config()
    made.attributes["connection"] = connection
    alembic.command.upgrade(made, "head")


def is_known(revision: str) -> bool:
    """Whether this program has a migration to `revision`."""
    return revision in {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def config() -> Config:
    """Alembic's configuration, with our migrations."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made
