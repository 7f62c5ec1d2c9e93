"""The outbox of the plugin `digest` becomes everybody's; what it holds moves along."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("source_id", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("receiver", sa.String(300)),
        sa.Column("progress", sa.String(40), nullable=False),
        sa.Column("payload", JSON),
        sa.Column("items", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("lease", sa.String(40)),
        sa.Column("leased_until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("detail", sa.String(500)),
        sa.Column("kept", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("owner", "kind", "source_id", "key", name="uq_outbox_message_owner_kind_source_id_key"),
    )
    op.create_index("ix_outbox_message_source_id", "outbox_message", ["source_id"])
    op.create_index("ix_outbox_message_ended_at", "outbox_message", ["ended_at"])
    op.create_index("ix_outbox_message_progress_next_at", "outbox_message", ["progress", "next_at"])
    op.create_table(
        "outbox_attempt",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("outcome", sa.String(40)),
        sa.Column("status", sa.Integer()),
        sa.Column("detail", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_attempt"),
    )
    op.create_index("ix_outbox_attempt_message_id", "outbox_attempt", ["message_id"])
    if sa.inspect(op.get_bind()).has_table("digest_delivery"):
        _move_digests()


def _move_digests() -> None:
    """Copy what the digest's own tables hold; the plugin's next migration drops them."""
    kept = "progress, payload, items, made_at, attempts, next_at, lease, leased_until, ended_at, detail, kept"
    op.execute(
        f"INSERT INTO outbox_message (id, owner, kind, source_id, key, channel, {kept}) "
        "SELECT d.id, 'digest', d.kind, d.subscription_id, CAST(d.slot AS VARCHAR(200)), s.channel, "
        f"{', '.join(f'd.{name}' for name in kept.split(', '))} "
        "FROM digest_delivery d JOIN digest_subscription s ON s.id = d.subscription_id"
    )
    op.execute(
        "INSERT INTO outbox_attempt (id, message_id, number, started_at, ended_at, outcome, status, detail) "
        "SELECT id, delivery_id, number, started_at, ended_at, outcome, status, detail FROM digest_attempt"
    )


def downgrade() -> None:
    op.drop_table("outbox_attempt")
    op.drop_table("outbox_message")
