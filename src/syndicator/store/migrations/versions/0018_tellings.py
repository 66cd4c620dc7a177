"""The index of stories holds but articles that are not what their story is named after."""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TOLD = text("story_id != id")


def upgrade() -> None:
    op.drop_index("ix_articles_story", "articles")
    op.create_index("ix_articles_story", "articles", ["story_id"], sqlite_where=_TOLD, postgresql_where=_TOLD)


def downgrade() -> None:
    op.drop_index("ix_articles_story", "articles")
    op.create_index("ix_articles_story", "articles", ["story_id"])
