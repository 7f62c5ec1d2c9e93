"""Sources, places, organisations, programmes, vocabularies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "source_document",
        sa.Column("title", JSON, nullable=False),
        sa.Column("publisher", sa.String(300)),
        sa.Column("attributed_to", sa.String(300)),
        sa.Column("url", sa.String(1000)),
        sa.Column("reference", sa.String(200)),
        sa.Column("language", sa.String(35)),
        sa.Column("published", sa.String(16)),
        sa.Column("published_earliest", sa.Date()),
        sa.Column("published_latest", sa.Date()),
        sa.Column("correction_contact", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_document"),
    )
    op.create_index("ix_source_document_archived_at", "source_document", ["archived_at"], unique=False)
    op.create_table(
        "place",
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.String(40)),
        sa.Column("code", sa.String(20)),
        sa.Column("country_code", sa.String(2)),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name="fk_place_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
    )
    op.create_index("ix_place_archived_at", "place", ["archived_at"], unique=False)
    op.create_index("ix_place_code", "place", ["code"], unique=False)
    op.create_index("ix_place_country_code", "place", ["country_code"], unique=False)
    op.create_index("ix_place_parent_id", "place", ["parent_id"], unique=False)
    op.create_index("ix_place_type", "place", ["type"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.String(40)),
        sa.Column("place_id", sa.String(40)),
        sa.Column("founded", sa.String(16)),
        sa.Column("founded_earliest", sa.Date()),
        sa.Column("founded_latest", sa.Date()),
        sa.Column("registration_number", sa.String(80)),
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
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name="fk_organisation_parent_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_organisation_place_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_organisation_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_index("ix_organisation_archived_at", "organisation", ["archived_at"], unique=False)
    op.create_index("ix_organisation_parent_id", "organisation", ["parent_id"], unique=False)
    op.create_index("ix_organisation_place_id", "organisation", ["place_id"], unique=False)
    op.create_index("ix_organisation_type", "organisation", ["type"], unique=False)
    op.create_table(
        "programme",
        sa.Column("place_id", sa.String(40)),
        sa.Column("organisation_id", sa.String(40)),
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
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_programme_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_programme_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
    )
    op.create_index("ix_programme_archived_at", "programme", ["archived_at"], unique=False)
    op.create_index("ix_programme_organisation_id", "programme", ["organisation_id"], unique=False)
    op.create_index("ix_programme_place_id", "programme", ["place_id"], unique=False)
    op.create_table(
        "concept_scheme",
        sa.Column("programme_id", sa.String(40)),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("open_ended", sa.Boolean(), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_concept_scheme_programme_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_concept_scheme_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_concept_scheme"),
    )
    op.create_index("ix_concept_scheme_archived_at", "concept_scheme", ["archived_at"], unique=False)
    op.create_index("ix_concept_scheme_programme_id", "concept_scheme", ["programme_id"], unique=False)
    op.create_table(
        "concept",
        sa.Column("scheme_id", sa.String(40), nullable=False),
        sa.Column("notation", sa.String(120), nullable=False),
        sa.Column("broader_id", sa.String(40)),
        sa.Column("name", JSON, nullable=False),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("description", JSON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["broader_id"], ["concept.id"], name="fk_concept_broader_id"),
        sa.ForeignKeyConstraint(["scheme_id"], ["concept_scheme.id"], name="fk_concept_scheme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_concept"),
        sa.UniqueConstraint("scheme_id", "notation", name="uq_concept_scheme_id_notation"),
    )
    op.create_index("ix_concept_archived_at", "concept", ["archived_at"], unique=False)
    op.create_index("ix_concept_broader_id", "concept", ["broader_id"], unique=False)
    op.create_index("ix_concept_scheme_id", "concept", ["scheme_id"], unique=False)
    op.create_table(
        "concept_mapping",
        sa.Column("source_id", sa.String(40), nullable=False),
        sa.Column("target_id", sa.String(40), nullable=False),
        sa.Column("relation", sa.String(40), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["concept.id"], name="fk_concept_mapping_source_id"),
        sa.ForeignKeyConstraint(["target_id"], ["concept.id"], name="fk_concept_mapping_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_concept_mapping"),
        sa.UniqueConstraint("source_id", "target_id", name="uq_concept_mapping_source_id_target_id"),
    )
    op.create_index("ix_concept_mapping_source_id", "concept_mapping", ["source_id"], unique=False)
    op.create_index("ix_concept_mapping_target_id", "concept_mapping", ["target_id"], unique=False)
    op.create_table(
        "unmapped_term",
        sa.Column("entity_id", sa.String(40), nullable=False),
        sa.Column("term", sa.String(300), nullable=False),
        sa.Column("concept_id", sa.String(40)),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_unmapped_term_concept_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unmapped_term"),
        sa.UniqueConstraint("entity_id", "term", name="uq_unmapped_term_entity_id_term"),
    )
    op.create_index("ix_unmapped_term_entity_id", "unmapped_term", ["entity_id"], unique=False)
    op.create_table(
        "track",
        sa.Column("programme_id", sa.String(40), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("open_ended", sa.Boolean(), nullable=False),
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
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_track_programme_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_track_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_track"),
        sa.UniqueConstraint("programme_id", "code", name="uq_track_programme_id_code"),
    )
    op.create_index("ix_track_archived_at", "track", ["archived_at"], unique=False)
    op.create_index("ix_track_programme_id", "track", ["programme_id"], unique=False)
    op.create_table(
        "track_concept",
        sa.Column("track_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_track_concept_concept_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_track_concept_track_id"),
        sa.PrimaryKeyConstraint("id", name="pk_track_concept"),
        sa.UniqueConstraint("track_id", "concept_id", name="uq_track_concept_track_id_concept_id"),
    )
    op.create_index("ix_track_concept_concept_id", "track_concept", ["concept_id"], unique=False)
    op.create_index("ix_track_concept_track_id", "track_concept", ["track_id"], unique=False)
    op.create_table(
        "organisation_concept",
        sa.Column("organisation_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_organisation_concept_concept_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_organisation_concept_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_concept"),
        sa.UniqueConstraint("organisation_id", "concept_id", name="uq_organisation_concept_organisation_id_concept_id"),
    )
    op.create_index("ix_organisation_concept_concept_id", "organisation_concept", ["concept_id"], unique=False)
    op.create_index(
        "ix_organisation_concept_organisation_id", "organisation_concept", ["organisation_id"], unique=False
    )
    op.create_table(
        "partnership",
        sa.Column("organisation_id", sa.String(40), nullable=False),
        sa.Column("partner_id", sa.String(40), nullable=False),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_partnership_organisation_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["organisation.id"], name="fk_partnership_partner_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_partnership_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_partnership"),
        sa.UniqueConstraint("organisation_id", "partner_id", name="uq_partnership_organisation_id_partner_id"),
    )
    op.create_index("ix_partnership_organisation_id", "partnership", ["organisation_id"], unique=False)
    op.create_index("ix_partnership_partner_id", "partnership", ["partner_id"], unique=False)
    op.create_table(
        "exchange_rate",
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("quoted", sa.String(3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.String(16)),
        sa.Column("as_of_earliest", sa.Date()),
        sa.Column("as_of_latest", sa.Date()),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_exchange_rate_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rate"),
    )
    op.create_index("ix_exchange_rate_archived_at", "exchange_rate", ["archived_at"], unique=False)
    op.create_table(
        "statistical_claim",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("measure", sa.String(120), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("value", sa.BigInteger()),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("qualifier", sa.String(40), nullable=False),
        sa.Column("whole_id", sa.String(40)),
        sa.Column("dimension", sa.String(80)),
        sa.Column("category", sa.String(200)),
        sa.Column("concept_id", sa.String(40)),
        sa.Column("place_id", sa.String(40)),
        sa.Column("as_of", sa.String(16)),
        sa.Column("as_of_earliest", sa.Date()),
        sa.Column("as_of_latest", sa.Date()),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("quote", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_statistical_claim_concept_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_statistical_claim_place_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_statistical_claim_source_document_id"
        ),
        sa.ForeignKeyConstraint(["whole_id"], ["statistical_claim.id"], name="fk_statistical_claim_whole_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statistical_claim"),
    )
    op.create_index("ix_statistical_claim_archived_at", "statistical_claim", ["archived_at"], unique=False)
    op.create_index("ix_statistical_claim_concept_id", "statistical_claim", ["concept_id"], unique=False)
    op.create_index("ix_statistical_claim_measure", "statistical_claim", ["measure"], unique=False)
    op.create_index("ix_statistical_claim_place_id", "statistical_claim", ["place_id"], unique=False)
    op.create_index(
        "ix_statistical_claim_source_document_id", "statistical_claim", ["source_document_id"], unique=False
    )
    op.create_index("ix_statistical_claim_subject_id", "statistical_claim", ["subject_id"], unique=False)
    op.create_index("ix_statistical_claim_whole_id", "statistical_claim", ["whole_id"], unique=False)


def downgrade() -> None:
    op.drop_table("statistical_claim")
    op.drop_table("exchange_rate")
    op.drop_table("partnership")
    op.drop_table("organisation_concept")
    op.drop_table("track_concept")
    op.drop_table("track")
    op.drop_table("unmapped_term")
    op.drop_table("concept_mapping")
    op.drop_table("concept")
    op.drop_table("concept_scheme")
    op.drop_table("programme")
    op.drop_table("organisation")
    op.drop_table("place")
    op.drop_table("source_document")
