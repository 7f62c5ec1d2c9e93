"""Make one table, then fail."""

import sqlalchemy as sa
from alembic import op

revision = "halfway_0001"
down_revision = None


def upgrade() -> None:
    op.create_table("halfway_first", sa.Column("id", sa.String(40), primary_key=True))
    raise RuntimeError("no ink for the second")


def downgrade() -> None:
    op.drop_table("halfway_first")
