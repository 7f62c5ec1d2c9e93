"""Deadlines as moments, with the time zones in which they were stated."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_COLUMNS = {"event": "deadline", "event_edition": "deadline", "matching_need": "deadline_time"}


def upgrade() -> None:
    for table, name in _COLUMNS.items():
        op.add_column(table, sa.Column(name, sa.String(100)))
        op.add_column(table, sa.Column(f"{name}_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for table, name in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_column(f"{name}_at")
            batch.drop_column(name)
