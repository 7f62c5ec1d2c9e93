"""What people are told, and how they want it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("bundle_id", sa.String(40)),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("subject", sa.String(300)),
        sa.Column("text", sa.Text()),
        sa.Column("link", sa.String(500)),
        sa.Column("sent_at", MOMENT),
        sa.Column("detail", sa.String(300)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_notification_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.UniqueConstraint("account_id", "kind", "key", name="uq_notification_account_id_kind_key"),
    )
    for column in ("account_id", "bundle_id", "sent_at"):
        op.create_index(f"ix_notification_{column}", "notification", [column])
    op.create_index("ix_notification_state_due_at", "notification", ["state", "due_at"])
    op.create_table(
        "notification_preference",
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_notification_preference_account_id"),
        sa.PrimaryKeyConstraint("account_id", "kind", "channel", name="pk_notification_preference"),
    )
    op.create_table(
        "notification_address",
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.String(500)),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused", sa.String(300)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_notification_address_account_id"),
        sa.PrimaryKeyConstraint("account_id", "channel", name="pk_notification_address"),
    )


def downgrade() -> None:
    for table in ("notification_address", "notification_preference", "notification"):
        op.drop_table(table)
