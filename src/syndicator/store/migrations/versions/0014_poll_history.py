"""What polls came to, day by day; what problems are told by; how many articles each source has brought."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SINCE = ("last_new_at", "expected_by", "failing_since", "flawed_since", "empty_since", "odd_dates_since")
_COUNTS = ("day", "polls", "unchanged", "failures", "articles")


def upgrade() -> None:
    op.create_table(
        "poll_days",
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _COUNTS),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
        sa.Column("slowest", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "slot", name="pk_poll_days"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_failures",
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "at", name="pk_poll_failures"),
    )
    for name in _SINCE:
        op.add_column("sources", sa.Column(name, sa.BigInteger))
    for name in ("offered_url", "today"):
        op.add_column("sources", sa.Column(name, sa.Text))
    op.add_column("sources", sa.Column("articles", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE sources SET articles = (SELECT count(*) FROM articles a WHERE a.source_id = sources.id)")
    # A source that fails by now has failed at least since its last success; one that never had any, since it was asked.
    op.execute("UPDATE sources SET failing_since = coalesce(last_success_at, last_poll_at) WHERE failures > 0")


def downgrade() -> None:
    for name in (*_SINCE, "offered_url", "today", "articles"):
        op.drop_column("sources", name)
    op.drop_table("poll_failures")
    op.drop_table("poll_days")
