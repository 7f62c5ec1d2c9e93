"""Policies of places, and the support that they offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("eligibility", JSON),
        sa.Column("valid_from", sa.String(16)),
        sa.Column("valid_from_earliest", sa.Date()),
        sa.Column("valid_from_latest", sa.Date()),
        sa.Column("valid_to", sa.String(16)),
        sa.Column("valid_to_earliest", sa.Date()),
        sa.Column("valid_to_latest", sa.Date()),
        sa.Column("website", sa.String(500)),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_policy_place_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_policy_organisation_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_policy_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy"),
    )
    op.create_index("ix_policy_archived_at", "policy", ["archived_at"])
    op.create_index("ix_policy_organisation_id", "policy", ["organisation_id"])
    op.create_index("ix_policy_place_id", "policy", ["place_id"])
    op.create_table(
        "policy_support",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("policy_id", sa.String(40), nullable=False),
        sa.Column("support_class", sa.String(40), nullable=False),
        sa.Column("label", JSON),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("value_min", sa.BigInteger()),
        sa.Column("value_max", sa.BigInteger()),
        sa.Column("value_currency", sa.String(3)),
        sa.Column("eligibility", JSON),
        sa.Column("conditions", JSON),
        sa.Column("quote", sa.Text()),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_support_policy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_support"),
    )
    op.create_index("ix_policy_support_archived_at", "policy_support", ["archived_at"])
    op.create_index("ix_policy_support_policy_id", "policy_support", ["policy_id"])
    op.create_index("ix_policy_support_support_class", "policy_support", ["support_class"])
    op.create_table(
        "policy_concept",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_concept_policy_id"),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_policy_concept_concept_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_concept"),
        sa.UniqueConstraint("policy_id", "concept_id", name="uq_policy_concept_policy_id_concept_id"),
    )
    op.create_index("ix_policy_concept_concept_id", "policy_concept", ["concept_id"])
    op.create_index("ix_policy_concept_policy_id", "policy_concept", ["policy_id"])
    op.create_table(
        "policy_track",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_id", sa.String(40), nullable=False),
        sa.Column("track_id", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_track_policy_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_policy_track_track_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_track"),
        sa.UniqueConstraint("policy_id", "track_id", name="uq_policy_track_policy_id_track_id"),
    )
    op.create_index("ix_policy_track_policy_id", "policy_track", ["policy_id"])
    op.create_index("ix_policy_track_track_id", "policy_track", ["track_id"])


def downgrade() -> None:
    for table in ("policy_track", "policy_concept", "policy_support", "policy"):
        op.drop_table(table)
