"""What a source's latest entries were is read from its index alone."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_articles_of_source", "articles")
    op.create_index("ix_articles_of_source", "articles", ["source_id", "seq", "entry_hash"])


def downgrade() -> None:
    op.drop_index("ix_articles_of_source", "articles")
    op.create_index("ix_articles_of_source", "articles", ["source_id", "seq"])
