"""Projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("summary", JSON),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("core_technology", JSON),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("owner_id", sa.String(40)),
        sa.Column("origin_place_id", sa.String(40)),
        sa.Column("edition_id", sa.String(40)),
        sa.Column("technology_level", sa.String(40)),
        sa.Column("technology_readiness", sa.Integer()),
        sa.Column("funding_stage", sa.String(40)),
        sa.Column("ask_min", sa.BigInteger()),
        sa.Column("ask_max", sa.BigInteger()),
        sa.Column("ask_currency", sa.String(3)),
        sa.Column("raised_amount", sa.BigInteger()),
        sa.Column("raised_currency", sa.String(3)),
        sa.Column("founded", sa.String(16)),
        sa.Column("founded_earliest", sa.Date()),
        sa.Column("founded_latest", sa.Date()),
        sa.Column("website", sa.String(500)),
        sa.Column("landed_place_id", sa.String(40)),
        sa.Column("landed", sa.String(16)),
        sa.Column("landed_earliest", sa.Date()),
        sa.Column("landed_latest", sa.Date()),
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
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_project_edition_id"),
        sa.ForeignKeyConstraint(["landed_place_id"], ["place.id"], name="fk_project_landed_place_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_project_organisation_id"),
        sa.ForeignKeyConstraint(["origin_place_id"], ["place.id"], name="fk_project_origin_place_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["talent.id"], name="fk_project_owner_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_project_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_index("ix_project_archived_at", "project", ["archived_at"], unique=False)
    op.create_index("ix_project_edition_id", "project", ["edition_id"], unique=False)
    op.create_index("ix_project_funding_stage", "project", ["funding_stage"], unique=False)
    op.create_index("ix_project_kind", "project", ["kind"], unique=False)
    op.create_index("ix_project_landed_place_id", "project", ["landed_place_id"], unique=False)
    op.create_index("ix_project_organisation_id", "project", ["organisation_id"], unique=False)
    op.create_index("ix_project_origin_place_id", "project", ["origin_place_id"], unique=False)
    op.create_index("ix_project_owner_id", "project", ["owner_id"], unique=False)
    op.create_index("ix_project_status", "project", ["status"], unique=False)
    op.create_index("ix_project_technology_level", "project", ["technology_level"], unique=False)
    op.create_index("ix_project_visibility", "project", ["visibility"], unique=False)
    op.create_table(
        "project_track",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("track_id", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_track_project_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_project_track_track_id"),
        sa.PrimaryKeyConstraint("id", name="pk_project_track"),
        sa.UniqueConstraint("project_id", "track_id", name="uq_project_track_project_id_track_id"),
    )
    op.create_index("ix_project_track_project_id", "project_track", ["project_id"], unique=False)
    op.create_index("ix_project_track_track_id", "project_track", ["track_id"], unique=False)
    op.create_table(
        "project_concept",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_project_concept_concept_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_concept_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_project_concept"),
        sa.UniqueConstraint("project_id", "concept_id", name="uq_project_concept_project_id_concept_id"),
    )
    op.create_index("ix_project_concept_concept_id", "project_concept", ["concept_id"], unique=False)
    op.create_index("ix_project_concept_project_id", "project_concept", ["project_id"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("talent_id", sa.String(40), nullable=False),
        sa.Column("title", JSON),
        sa.Column("founder", sa.Boolean(), nullable=False),
        sa.Column("full_time", sa.Boolean()),
        sa.Column("equity_percent", sa.BigInteger()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_team_member_project_id"),
        sa.ForeignKeyConstraint(["talent_id"], ["talent.id"], name="fk_team_member_talent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_team_member"),
        sa.UniqueConstraint("project_id", "talent_id", name="uq_team_member_project_id_talent_id"),
    )
    op.create_index("ix_team_member_project_id", "team_member", ["project_id"], unique=False)
    op.create_index("ix_team_member_talent_id", "team_member", ["talent_id"], unique=False)
    op.create_table(
        "landing_preference",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("conditions", JSON),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_landing_preference_place_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_landing_preference_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_landing_preference"),
        sa.UniqueConstraint("project_id", "place_id", name="uq_landing_preference_project_id_place_id"),
    )
    op.create_index("ix_landing_preference_place_id", "landing_preference", ["place_id"], unique=False)
    op.create_index("ix_landing_preference_project_id", "landing_preference", ["project_id"], unique=False)
    op.create_table(
        "event_project",
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_project_event_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_event_project_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_project"),
        sa.UniqueConstraint("event_id", "project_id", "role", name="uq_event_project_event_id_project_id_role"),
    )
    op.create_index("ix_event_project_event_id", "event_project", ["event_id"], unique=False)
    op.create_index("ix_event_project_project_id", "event_project", ["project_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("event_id", sa.String(40)),
        sa.Column("title", JSON, nullable=False),
        sa.Column("rank", sa.Integer()),
        sa.Column("field_size", sa.Integer()),
        sa.Column("awarded", sa.String(16)),
        sa.Column("awarded_earliest", sa.Date()),
        sa.Column("awarded_latest", sa.Date()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_award_event_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_award_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
    )
    op.create_index("ix_award_event_id", "award", ["event_id"], unique=False)
    op.create_index("ix_award_project_id", "award", ["project_id"], unique=False)
    op.create_table(
        "recommendation",
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("edition_id", sa.String(40)),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_recommendation_edition_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_recommendation_organisation_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_recommendation_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.UniqueConstraint(
            "project_id",
            "organisation_id",
            "edition_id",
            name="uq_recommendation_project_id_organisation_id_edition_id",
        ),
    )
    op.create_index("ix_recommendation_edition_id", "recommendation", ["edition_id"], unique=False)
    op.create_index("ix_recommendation_organisation_id", "recommendation", ["organisation_id"], unique=False)
    op.create_index("ix_recommendation_project_id", "recommendation", ["project_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recommendation")
    op.drop_table("award")
    op.drop_table("event_project")
    op.drop_table("landing_preference")
    op.drop_table("team_member")
    op.drop_table("project_concept")
    op.drop_table("project_track")
    op.drop_table("project")
