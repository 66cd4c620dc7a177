"""Of which version of a feed a hub was told last."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announced",
        sa.Column("hub", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("etag", sa.Text, nullable=False),
    )
    op.create_index("ix_documents_version", "documents", ["path", "category", "etag", "modified"])


def downgrade() -> None:
    op.drop_index("ix_documents_version", "documents")
    op.drop_table("announced")
