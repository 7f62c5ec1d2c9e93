"""Records that were merged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "record_merge",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entity_type", sa.String(60), nullable=False),
        sa.Column("kept_id", sa.String(40), nullable=False),
        sa.Column("gone_id", sa.String(40), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_record_merge"),
    )
    op.create_index("ix_record_merge_kept_id", "record_merge", ["kept_id"])
    op.create_index("ix_record_merge_gone_id", "record_merge", ["gone_id"])


def downgrade() -> None:
    op.drop_table("record_merge")
