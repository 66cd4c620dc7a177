"""Documents compressed by brotli as well, and a count of publications by which their readers see a new one."""

import brotli
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_documents = sa.table(
    "documents", sa.column("path", sa.Text), sa.column("body", sa.LargeBinary), sa.column("brotli", sa.LargeBinary)
)
_counters = sa.table("counters", sa.column("name", sa.Text), sa.column("value", sa.BigInteger))


def upgrade() -> None:
    op.add_column("documents", sa.Column("brotli", sa.LargeBinary, nullable=False, server_default=""))
    connection = op.get_bind()
    for path in connection.scalars(sa.select(_documents.c.path)).all():
        this = _documents.c.path == path
        body = bytes(connection.scalars(sa.select(_documents.c.body).where(this)).one())
        packed = brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
        connection.execute(sa.update(_documents).where(this).values(brotli=packed))
    op.bulk_insert(_counters, [{"name": "publications", "value": 0}])


def downgrade() -> None:
    op.execute(sa.delete(_counters).where(_counters.c.name == "publications"))
    op.drop_column("documents", "brotli")
