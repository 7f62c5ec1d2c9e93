"""Weights and calibrations learned from outcomes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "learned_model",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.String(120), nullable=False),
        sa.Column("encoder", sa.String(400), nullable=False),
        sa.Column("weights", JSON, nullable=False),
        sa.Column("slope", sa.Float()),
        sa.Column("intercept", sa.Float()),
        sa.Column("made_of", JSON, nullable=False),
        sa.Column("measures", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learned_model"),
        sa.UniqueConstraint("number", name="uq_learned_model_number"),
    )


def downgrade() -> None:
    op.drop_table("learned_model")
