"""Deliveries and attempts are in core's outbox now, where core's migration 0026 has copied them."""

import sqlalchemy as sa
from alembic import op

from roadshow import Json, UtcDateTime

revision = "digest_0002"
down_revision = "digest_0001"
branch_labels = None
depends_on = None

COLUMNS = "subscription_id, project_id, delivery_id, parts, had_at"


def upgrade() -> None:
    """Drop both tables, and the reference to one of them, for which SQLite needs a new table."""
    op.create_table(
        "digest_receipt",
        sa.Column("subscription_id", sa.String(40), sa.ForeignKey("digest_subscription.id"), primary_key=True),
        sa.Column("project_id", sa.String(40), primary_key=True),
        sa.Column("delivery_id", sa.String(40), nullable=False, index=True),
        sa.Column("parts", Json, nullable=False),
        sa.Column("had_at", UtcDateTime(), nullable=False),
    )
    op.execute(f"INSERT INTO digest_receipt ({COLUMNS}) SELECT {COLUMNS} FROM digest_had")
    for table in ("digest_had", "digest_attempt", "digest_delivery"):
        op.drop_table(table)


def downgrade() -> None:
    """Only for removing the plugin: earlier versions can't use what is in core's outbox."""
    op.drop_table("digest_receipt")
    for table in ("digest_had", "digest_attempt", "digest_delivery"):
        op.create_table(table, sa.Column("id", sa.String(40), primary_key=True))
