"""Investors, their answers, and rankings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "investor",
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("thesis", JSON),
        sa.Column("stages", JSON, nullable=False),
        sa.Column("project_kinds", JSON, nullable=False),
        sa.Column("cheque_min", sa.BigInteger()),
        sa.Column("cheque_max", sa.BigInteger()),
        sa.Column("cheque_currency", sa.String(3)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_as_of", sa.String(16)),
        sa.Column("active_as_of_earliest", sa.Date()),
        sa.Column("active_as_of_latest", sa.Date()),
        sa.Column("place_id", sa.String(40)),
        sa.Column("capacity", sa.Integer()),
        sa.Column("website", sa.String(500)),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_investor_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_investor_place_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_investor_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_investor"),
    )
    op.create_index("ix_investor_archived_at", "investor", ["archived_at"], unique=False)
    op.create_index("ix_investor_organisation_id", "investor", ["organisation_id"], unique=False)
    op.create_index("ix_investor_place_id", "investor", ["place_id"], unique=False)
    op.create_index("ix_investor_type", "investor", ["type"], unique=False)
    op.create_table(
        "investor_track",
        sa.Column("investor_id", sa.String(40), nullable=False),
        sa.Column("track_id", sa.String(40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"], name="fk_investor_track_investor_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_investor_track_track_id"),
        sa.PrimaryKeyConstraint("id", name="pk_investor_track"),
        sa.UniqueConstraint("investor_id", "track_id", name="uq_investor_track_investor_id_track_id"),
    )
    op.create_index("ix_investor_track_investor_id", "investor_track", ["investor_id"], unique=False)
    op.create_index("ix_investor_track_track_id", "investor_track", ["track_id"], unique=False)
    op.create_table(
        "investor_concept",
        sa.Column("investor_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_investor_concept_concept_id"),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"], name="fk_investor_concept_investor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_investor_concept"),
        sa.UniqueConstraint("investor_id", "concept_id", name="uq_investor_concept_investor_id_concept_id"),
    )
    op.create_index("ix_investor_concept_concept_id", "investor_concept", ["concept_id"], unique=False)
    op.create_index("ix_investor_concept_investor_id", "investor_concept", ["investor_id"], unique=False)
    op.create_table(
        "investor_place",
        sa.Column("investor_id", sa.String(40), nullable=False),
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"], name="fk_investor_place_investor_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_investor_place_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_investor_place"),
        sa.UniqueConstraint("investor_id", "place_id", name="uq_investor_place_investor_id_place_id"),
    )
    op.create_index("ix_investor_place_investor_id", "investor_place", ["investor_id"], unique=False)
    op.create_index("ix_investor_place_place_id", "investor_place", ["place_id"], unique=False)
    op.create_table(
        "investor_exclusion",
        sa.Column("investor_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40)),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"], name="fk_investor_exclusion_investor_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_investor_exclusion_organisation_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_investor_exclusion_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_investor_exclusion"),
    )
    op.create_index("ix_investor_exclusion_investor_id", "investor_exclusion", ["investor_id"], unique=False)
    op.create_index("ix_investor_exclusion_organisation_id", "investor_exclusion", ["organisation_id"], unique=False)
    op.create_index("ix_investor_exclusion_project_id", "investor_exclusion", ["project_id"], unique=False)
    op.create_table(
        "investment",
        sa.Column("investor_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40)),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("currency", sa.String(3)),
        sa.Column("stated_amount", sa.BigInteger()),
        sa.Column("stated_currency", sa.String(3)),
        sa.Column("invested", sa.String(16)),
        sa.Column("invested_earliest", sa.Date()),
        sa.Column("invested_latest", sa.Date()),
        sa.Column("lead", sa.Boolean()),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investor.id"], name="fk_investment_investor_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_investment_project_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_investment_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_investment"),
    )
    op.create_index("ix_investment_archived_at", "investment", ["archived_at"], unique=False)
    op.create_index("ix_investment_investor_id", "investment", ["investor_id"], unique=False)
    op.create_index("ix_investment_project_id", "investment", ["project_id"], unique=False)
    op.create_table(
        "interest",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("feedback", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_interest_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interest"),
        sa.UniqueConstraint("subject_id", "project_id", name="uq_interest_subject_id_project_id"),
    )
    op.create_index("ix_interest_archived_at", "interest", ["archived_at"], unique=False)
    op.create_index("ix_interest_project_id", "interest", ["project_id"], unique=False)
    op.create_index("ix_interest_subject_id", "interest", ["subject_id"], unique=False)
    op.create_table(
        "exposure",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_exposure_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exposure"),
        sa.UniqueConstraint("subject_id", "project_id", name="uq_exposure_subject_id_project_id"),
    )
    op.create_index("ix_exposure_project_id", "exposure", ["project_id"], unique=False)
    op.create_index("ix_exposure_subject_id", "exposure", ["subject_id"], unique=False)
    op.create_table(
        "ranking_snapshot",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("target", sa.String(20), nullable=False),
        sa.Column("model_version", sa.String(120), nullable=False),
        sa.Column("weights", JSON, nullable=False),
        sa.Column("data_position", sa.BigInteger(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ranking_snapshot"),
    )
    op.create_index("ix_ranking_snapshot_subject_id", "ranking_snapshot", ["subject_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ranking_snapshot")
    op.drop_table("exposure")
    op.drop_table("interest")
    op.drop_table("investment")
    op.drop_table("investor_exclusion")
    op.drop_table("investor_place")
    op.drop_table("investor_concept")
    op.drop_table("investor_track")
    op.drop_table("investor")
