"""When and why an article shows no longer where it was filed; what a channel listed, and why it is held back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REMOVED = sa.text("removed_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("filings", sa.Column("removed_by", sa.Text))
    op.add_column("filings", sa.Column("removed_at", sa.BigInteger))
    op.add_column("categories", sa.Column("listed", sa.Text, nullable=False, server_default=""))
    op.add_column("categories", sa.Column("held", sa.Text, nullable=False, server_default=""))
    # Nothing but a publisher's or the configuration's re-filing has removed anything so far; when, was not kept.
    op.execute(
        "UPDATE filings SET removed_by = 'publisher', removed_at ="
        " (SELECT revised FROM articles WHERE articles.id = filings.article_id) WHERE removed"
    )
    op.create_index(
        "ix_filings_removed", "filings", ["category", "removed_at"], sqlite_where=_REMOVED, postgresql_where=_REMOVED
    )


def downgrade() -> None:
    op.drop_index("ix_filings_removed", "filings")
    op.drop_column("categories", "held")
    op.drop_column("categories", "listed")
    op.drop_column("filings", "removed_at")
    op.drop_column("filings", "removed_by")
