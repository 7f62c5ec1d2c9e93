"""What a kept ranking needs to be shown again as it was: how it was asked, what answered, and whom it was given to."""

import sqlalchemy as sa
from alembic import op

from store.values.column_types import Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ADDED = (
    ("answer_id", sa.String(80)),
    ("encoder", sa.String(200)),
    ("scale", sa.String(20)),
    ("asked", Json),
    ("rerankers", Json),
    ("total_count", sa.Integer()),
    ("gated_count", sa.Integer()),
    ("computed_at", sa.DateTime(timezone=True)),
    ("label", sa.String(200)),
    ("channel", sa.String(40)),
)


def upgrade() -> None:
    with op.batch_alter_table("ranking_snapshot") as table:
        for name, kind in _ADDED:
            table.add_column(sa.Column(name, kind))


def downgrade() -> None:
    with op.batch_alter_table("ranking_snapshot") as table:
        for name, _ in _ADDED:
            table.drop_column(name)
