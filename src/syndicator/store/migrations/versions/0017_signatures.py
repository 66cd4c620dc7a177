"""Fingerprints have another form: what texts were compared by until now is dropped, and comes again with new ones."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM fingerprints")


def downgrade() -> None:
    op.execute("DELETE FROM fingerprints")
