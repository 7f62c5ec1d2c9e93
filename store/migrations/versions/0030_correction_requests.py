"""Requests to correct what records say."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction_request",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("present", sa.Text()),
        sa.Column("proposed", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_url", sa.String(1000)),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40)),
        sa.Column("key_id", sa.String(40)),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.String(40)),
        sa.Column("answer", sa.Text()),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_correction_request_account_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name="fk_correction_request_decided_by_id"),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name="fk_correction_request_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction_request"),
    )
    for column in ("account_id", "due_at", "key_id", "state", "subject_id"):
        op.create_index(f"ix_correction_request_{column}", "correction_request", [column])


def downgrade() -> None:
    op.drop_table("correction_request")
