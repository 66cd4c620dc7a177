"""When an article expired, which are the oldest, and where the archives of a category begin."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("expired", sa.BigInteger))
    op.add_column("categories", sa.Column("first_kept", sa.BigInteger, nullable=False, server_default="1"))
    op.add_column("categories", sa.Column("expiries", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index(
        "ix_articles_age", "articles", ["revised", "seq"],
        sqlite_where=sa.text("removed = 0"), postgresql_where=sa.text("NOT removed"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_articles_age", "articles")
    op.drop_column("categories", "expiries")
    op.drop_column("categories", "first_kept")
    op.drop_column("articles", "expired")
