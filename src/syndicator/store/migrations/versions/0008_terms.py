"""What articles are about, to tell which are related.

Those that are stored already get none here, which would take minutes with a million of them: until their publishers
change them, they are compared by their titles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("terms", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("articles", "terms")
