"""Talents and events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "talent",
        sa.Column("categories", JSON, nullable=False),
        sa.Column("place_id", sa.String(40)),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("degrees", JSON, nullable=False),
        sa.Column("studied_abroad", sa.Boolean()),
        sa.Column("willing_to_relocate", sa.Boolean()),
        sa.Column("nationality", sa.String(2)),
        sa.Column("email", sa.String(320)),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_talent_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_talent"),
    )
    op.create_index("ix_talent_archived_at", "talent", ["archived_at"], unique=False)
    op.create_index("ix_talent_place_id", "talent", ["place_id"], unique=False)
    op.create_table(
        "position",
        sa.Column("talent_id", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("title", JSON, nullable=False),
        sa.Column("starts", sa.String(16)),
        sa.Column("starts_earliest", sa.Date()),
        sa.Column("starts_latest", sa.Date()),
        sa.Column("ends", sa.String(16)),
        sa.Column("ends_earliest", sa.Date()),
        sa.Column("ends_latest", sa.Date()),
        sa.Column("as_of", sa.String(16)),
        sa.Column("as_of_earliest", sa.Date()),
        sa.Column("as_of_latest", sa.Date()),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_position_organisation_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_position_source_document_id"),
        sa.ForeignKeyConstraint(["talent_id"], ["talent.id"], name="fk_position_talent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_position"),
    )
    op.create_index("ix_position_organisation_id", "position", ["organisation_id"], unique=False)
    op.create_index("ix_position_talent_id", "position", ["talent_id"], unique=False)
    op.create_table(
        "talent_concept",
        sa.Column("talent_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_talent_concept_concept_id"),
        sa.ForeignKeyConstraint(["talent_id"], ["talent.id"], name="fk_talent_concept_talent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_talent_concept"),
        sa.UniqueConstraint("talent_id", "concept_id", name="uq_talent_concept_talent_id_concept_id"),
    )
    op.create_index("ix_talent_concept_concept_id", "talent_concept", ["concept_id"], unique=False)
    op.create_index("ix_talent_concept_talent_id", "talent_concept", ["talent_id"], unique=False)
    op.create_table(
        "event_series",
        sa.Column("programme_id", sa.String(40)),
        sa.Column("place_id", sa.String(40)),
        sa.Column("level", sa.String(40)),
        sa.Column("level_since", sa.String(16)),
        sa.Column("level_since_earliest", sa.Date()),
        sa.Column("level_since_latest", sa.Date()),
        sa.Column("started", sa.String(16)),
        sa.Column("started_earliest", sa.Date()),
        sa.Column("started_latest", sa.Date()),
        sa.Column("website", sa.String(500)),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_event_series_place_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_event_series_programme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_series"),
    )
    op.create_index("ix_event_series_archived_at", "event_series", ["archived_at"], unique=False)
    op.create_index("ix_event_series_place_id", "event_series", ["place_id"], unique=False)
    op.create_index("ix_event_series_programme_id", "event_series", ["programme_id"], unique=False)
    op.create_table(
        "event_edition",
        sa.Column("series_id", sa.String(40), nullable=False),
        sa.Column("ordinal", sa.Integer()),
        sa.Column("year", sa.Integer()),
        sa.Column("place_id", sa.String(40)),
        sa.Column("theme", JSON),
        sa.Column("mission", JSON),
        sa.Column("principles", JSON, nullable=False),
        sa.Column("aims", JSON),
        sa.Column("starts", sa.String(16)),
        sa.Column("starts_earliest", sa.Date()),
        sa.Column("starts_latest", sa.Date()),
        sa.Column("ends", sa.String(16)),
        sa.Column("ends_earliest", sa.Date()),
        sa.Column("ends_latest", sa.Date()),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_event_edition_place_id"),
        sa.ForeignKeyConstraint(["series_id"], ["event_series.id"], name="fk_event_edition_series_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_edition"),
    )
    op.create_index("ix_event_edition_archived_at", "event_edition", ["archived_at"], unique=False)
    op.create_index("ix_event_edition_place_id", "event_edition", ["place_id"], unique=False)
    op.create_index("ix_event_edition_series_id", "event_edition", ["series_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("edition_id", sa.String(40)),
        sa.Column("parent_id", sa.String(40)),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(40)),
        sa.Column("status", sa.String(40)),
        sa.Column("ordinal", sa.Integer()),
        sa.Column("theme", JSON),
        sa.Column("topics", JSON, nullable=False),
        sa.Column("venue", JSON),
        sa.Column("starts", sa.String(16)),
        sa.Column("starts_earliest", sa.Date()),
        sa.Column("starts_latest", sa.Date()),
        sa.Column("ends", sa.String(16)),
        sa.Column("ends_earliest", sa.Date()),
        sa.Column("ends_latest", sa.Date()),
        sa.Column("advancement", JSON),
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
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_event_edition_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["event.id"], name="fk_event_parent_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_event_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_archived_at", "event", ["archived_at"], unique=False)
    op.create_index("ix_event_edition_id", "event", ["edition_id"], unique=False)
    op.create_index("ix_event_parent_id", "event", ["parent_id"], unique=False)
    op.create_index("ix_event_type", "event", ["type"], unique=False)
    op.create_table(
        "event_place",
        sa.Column("event_id", sa.String(40)),
        sa.Column("edition_id", sa.String(40)),
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(40)),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("quote", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_event_place_edition_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_place_event_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_event_place_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_place"),
    )
    op.create_index("ix_event_place_edition_id", "event_place", ["edition_id"], unique=False)
    op.create_index("ix_event_place_event_id", "event_place", ["event_id"], unique=False)
    op.create_index("ix_event_place_place_id", "event_place", ["place_id"], unique=False)
    op.create_table(
        "event_concept",
        sa.Column("event_id", sa.String(40)),
        sa.Column("edition_id", sa.String(40)),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_event_concept_concept_id"),
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_event_concept_edition_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_concept_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_concept"),
    )
    op.create_index("ix_event_concept_concept_id", "event_concept", ["concept_id"], unique=False)
    op.create_index("ix_event_concept_edition_id", "event_concept", ["edition_id"], unique=False)
    op.create_index("ix_event_concept_event_id", "event_concept", ["event_id"], unique=False)
    op.create_table(
        "event_organisation",
        sa.Column("series_id", sa.String(40)),
        sa.Column("edition_id", sa.String(40)),
        sa.Column("event_id", sa.String(40)),
        sa.Column("organisation_id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["event_edition.id"], name="fk_event_organisation_edition_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_organisation_event_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_event_organisation_organisation_id"),
        sa.ForeignKeyConstraint(["series_id"], ["event_series.id"], name="fk_event_organisation_series_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_event_organisation_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event_organisation"),
    )
    op.create_index("ix_event_organisation_edition_id", "event_organisation", ["edition_id"], unique=False)
    op.create_index("ix_event_organisation_event_id", "event_organisation", ["event_id"], unique=False)
    op.create_index("ix_event_organisation_organisation_id", "event_organisation", ["organisation_id"], unique=False)
    op.create_index("ix_event_organisation_series_id", "event_organisation", ["series_id"], unique=False)
    op.create_table(
        "event_person",
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("talent_id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("quote", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_person_event_id"),
        sa.ForeignKeyConstraint(["talent_id"], ["talent.id"], name="fk_event_person_talent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_person"),
        sa.UniqueConstraint("event_id", "talent_id", "role", name="uq_event_person_event_id_talent_id_role"),
    )
    op.create_index("ix_event_person_event_id", "event_person", ["event_id"], unique=False)
    op.create_index("ix_event_person_talent_id", "event_person", ["talent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("event_person")
    op.drop_table("event_organisation")
    op.drop_table("event_concept")
    op.drop_table("event_place")
    op.drop_table("event")
    op.drop_table("event_edition")
    op.drop_table("event_series")
    op.drop_table("talent_concept")
    op.drop_table("position")
    op.drop_table("talent")
