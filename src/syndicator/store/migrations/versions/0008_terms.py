"""What articles are about, to tell which are related, and what their entries in feeds name as related.

Those that are stored already get none here, which would take minutes with a million of them: until their publishers
change them, they are compared by their titles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("terms", sa.LargeBinary))
    op.create_table(
        "related",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True),
        sa.Column("other_id", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
    )
    op.create_index("ix_related_other", "related", ["other_id"])


def downgrade() -> None:
    op.drop_table("related")
    op.drop_column("articles", "terms")
