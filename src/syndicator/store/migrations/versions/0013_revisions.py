"""Former versions of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("replaced", sa.BigInteger, nullable=False),
        sa.Column("significant", sa.Boolean, nullable=False),
        sa.Column("distance", sa.Float, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "seq", name="pk_revisions"),
    )


def downgrade() -> None:
    op.drop_table("revisions")
