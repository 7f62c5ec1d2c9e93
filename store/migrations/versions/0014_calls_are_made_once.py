"""Calls with an idempotency key, so that a retry makes no duplicate."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotent_call",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("entity_id", sa.String(40), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotent_call"),
    )
    op.create_index("ix_idempotent_call_called_at", "idempotent_call", ["called_at"], unique=False)


def downgrade() -> None:
    op.drop_table("idempotent_call")
