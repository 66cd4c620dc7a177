"""What polite polling remembers: hints, rhythms, moved feeds, and hosts that want quiet."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("fresh", sa.Text),
        sa.Column("hints", sa.Text, nullable=False, server_default=""),
        sa.Column("rhythm", sa.Text),
        sa.Column("moved_to", sa.Text),
        sa.Column("moved_polls", sa.Integer, nullable=False, server_default="0"),
        sa.Column("adopted_url", sa.Text),
        sa.Column("former_urls", sa.Text, nullable=False, server_default=""),
        sa.Column("host", sa.Text, nullable=False, server_default=""),
    ]


def upgrade() -> None:
    for column in _columns():
        op.add_column("sources", column)
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("quiet_until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )


def downgrade() -> None:
    op.drop_table("hosts")
    for column in _columns():
        op.drop_column("sources", column.name)
