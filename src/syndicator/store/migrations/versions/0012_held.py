"""What is held for the operator, and the keys that articles come under since their publishers changed them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_PARTIAL = {"ix_articles_held": (["source_id", "seq"], "held"), "ix_articles_sent_as": (["sent_as"], "sent_as")}


def upgrade() -> None:
    op.add_column("sources", sa.Column("held", sa.Text))
    op.add_column("articles", sa.Column("held", sa.Text))
    op.add_column("articles", sa.Column("sent_as", sa.Text))
    for name, (columns, given) in _PARTIAL.items():
        where = sa.text(f"{given} IS NOT NULL")
        op.create_index(name, "articles", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in _PARTIAL:
        op.drop_index(name, "articles")
    op.drop_column("articles", "sent_as")
    op.drop_column("articles", "held")
    op.drop_column("sources", "held")
