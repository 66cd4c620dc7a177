"""What texts are compared by, and what the operator says of stories.

Articles that are stored already get no fingerprint, which would take minutes with a million of them: they are compared
by their addresses.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_fingerprints_at", "fingerprints", ["at"])
    op.create_table(
        "story_links",
        sa.Column("one_id", sa.Text, primary_key=True),
        sa.Column("other_id", sa.Text, primary_key=True),
        sa.Column("together", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_story_links_other", "story_links", ["other_id"])
    op.add_column("categories", sa.Column("shows_all", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("categories", "shows_all")
    op.drop_table("story_links")
    op.drop_table("fingerprints")
