"""Make the tables of subscriptions, deliveries, attempts, and of what was had."""

import sqlalchemy as sa
from alembic import op

from roadshow import Json, UtcDateTime

revision = "digest_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest_subscription",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("investor_id", sa.String(40), sa.ForeignKey("investor.id"), nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(500)),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("days", sa.String(80), nullable=False),
        sa.Column("time", sa.String(5), nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), index=True),
        sa.Column("last_at", UtcDateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
    )
    op.create_table(
        "digest_delivery",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "subscription_id", sa.String(40), sa.ForeignKey("digest_subscription.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slot", UtcDateTime(), nullable=False),
        sa.Column("progress", sa.String(20), nullable=False, index=True),
        sa.Column("payload", Json),
        sa.Column("items", Json, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime()),
        sa.Column("lease", sa.String(40)),
        sa.Column("leased_until", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("detail", sa.String(500)),
        sa.Column("kept", sa.String(40)),
        sa.UniqueConstraint("subscription_id", "kind", "slot", name="uq_digest_delivery_subscription_kind_slot"),
    )
    op.create_table(
        "digest_attempt",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("delivery_id", sa.String(40), sa.ForeignKey("digest_delivery.id"), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("outcome", sa.String(20)),
        sa.Column("status", sa.Integer()),
        sa.Column("detail", sa.String(500)),
    )
    op.create_table(
        "digest_had",
        sa.Column("subscription_id", sa.String(40), sa.ForeignKey("digest_subscription.id"), primary_key=True),
        sa.Column("project_id", sa.String(40), primary_key=True),
        sa.Column("delivery_id", sa.String(40), sa.ForeignKey("digest_delivery.id"), nullable=False, index=True),
        sa.Column("parts", Json, nullable=False),
        sa.Column("had_at", UtcDateTime(), nullable=False),
    )


def downgrade() -> None:
    for table in ("digest_had", "digest_attempt", "digest_delivery", "digest_subscription"):
        op.drop_table(table)
