"""By which configuration the articles of a source are filed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("filed_print", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("sources", "filed_print")
