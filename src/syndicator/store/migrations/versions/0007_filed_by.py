"""Why an article is filed where it is, apart from its other reasons."""

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_articles = sa.table(
    "articles", sa.column("id", sa.Text), sa.column("reasons", sa.Text), sa.column("filed_by", sa.Text)
)
_BATCH = 1000

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def upgrade() -> None:
    op.add_column("articles", sa.Column("filed_by", sa.Text, nullable=False, server_default="[]"))
    _rewrite(_apart)


def downgrade() -> None:
    _rewrite(_together)
    op.drop_column("articles", "filed_by")


def _apart(reasons: list[str], _: list[str]) -> tuple[list[str], list[str]]:
    filed = [reason for reason in reasons if reason.startswith("filed in ")]
    return [reason for reason in reasons if reason not in filed], filed


def _together(reasons: list[str], filed: list[str]) -> tuple[list[str], list[str]]:
    return [*filed, *reasons], []


def _rewrite(change: Callable[[list[str], list[str]], tuple[list[str], list[str]]]) -> None:
    connection = op.get_bind()
    last = ""
    page = _articles.select().where(_articles.c.id > sa.bindparam("after")).order_by(_articles.c.id).limit(_BATCH)
    while found := connection.execute(page, {"after": last}).all():
        changed = []
        for row in found:
            reasons, filed = change(json.loads(row.reasons), json.loads(row.filed_by))
            changed.append({"key": row.id, "why": _json(reasons), "filed": _json(filed)})
        connection.execute(
            sa.update(_articles)
            .where(_articles.c.id == sa.bindparam("key"))
            .values(reasons=sa.bindparam("why"), filed_by=sa.bindparam("filed")),
            changed,
        )
        last = found[-1].id
