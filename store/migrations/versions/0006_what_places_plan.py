"""What places plan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "industry_priority",
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("tier", sa.String(40)),
        sa.Column("action", sa.String(40)),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("valid_from", sa.String(16)),
        sa.Column("valid_from_earliest", sa.Date()),
        sa.Column("valid_from_latest", sa.Date()),
        sa.Column("valid_to", sa.String(16)),
        sa.Column("valid_to_earliest", sa.Date()),
        sa.Column("valid_to_latest", sa.Date()),
        sa.Column("organisation_id", sa.String(40)),
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
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_industry_priority_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_industry_priority_place_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_industry_priority_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_industry_priority"),
    )
    op.create_index("ix_industry_priority_archived_at", "industry_priority", ["archived_at"], unique=False)
    op.create_index("ix_industry_priority_place_id", "industry_priority", ["place_id"], unique=False)
    op.create_table(
        "priority_concept",
        sa.Column("priority_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_priority_concept_concept_id"),
        sa.ForeignKeyConstraint(["priority_id"], ["industry_priority.id"], name="fk_priority_concept_priority_id"),
        sa.PrimaryKeyConstraint("id", name="pk_priority_concept"),
        sa.UniqueConstraint("priority_id", "concept_id", name="uq_priority_concept_priority_id_concept_id"),
    )
    op.create_index("ix_priority_concept_concept_id", "priority_concept", ["concept_id"], unique=False)
    op.create_index("ix_priority_concept_priority_id", "priority_concept", ["priority_id"], unique=False)
    op.create_table(
        "priority_track",
        sa.Column("priority_id", sa.String(40), nullable=False),
        sa.Column("track_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["priority_id"], ["industry_priority.id"], name="fk_priority_track_priority_id"),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name="fk_priority_track_track_id"),
        sa.PrimaryKeyConstraint("id", name="pk_priority_track"),
        sa.UniqueConstraint("priority_id", "track_id", name="uq_priority_track_priority_id_track_id"),
    )
    op.create_index("ix_priority_track_priority_id", "priority_track", ["priority_id"], unique=False)
    op.create_index("ix_priority_track_track_id", "priority_track", ["track_id"], unique=False)
    op.create_table(
        "matching_need",
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("quantity", sa.Integer()),
        sa.Column("budget_min", sa.BigInteger()),
        sa.Column("budget_max", sa.BigInteger()),
        sa.Column("budget_currency", sa.String(3)),
        sa.Column("technology_level", sa.String(40)),
        sa.Column("technology_readiness", sa.Integer()),
        sa.Column("deadline", sa.String(16)),
        sa.Column("deadline_earliest", sa.Date()),
        sa.Column("deadline_latest", sa.Date()),
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
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_matching_need_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_matching_need_place_id"),
        sa.ForeignKeyConstraint(
            ["source_document_id"], ["source_document.id"], name="fk_matching_need_source_document_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matching_need"),
    )
    op.create_index("ix_matching_need_archived_at", "matching_need", ["archived_at"], unique=False)
    op.create_index("ix_matching_need_kind", "matching_need", ["kind"], unique=False)
    op.create_index("ix_matching_need_organisation_id", "matching_need", ["organisation_id"], unique=False)
    op.create_index("ix_matching_need_place_id", "matching_need", ["place_id"], unique=False)
    op.create_index("ix_matching_need_state", "matching_need", ["state"], unique=False)
    op.create_table(
        "need_concept",
        sa.Column("need_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_need_concept_concept_id"),
        sa.ForeignKeyConstraint(["need_id"], ["matching_need.id"], name="fk_need_concept_need_id"),
        sa.PrimaryKeyConstraint("id", name="pk_need_concept"),
        sa.UniqueConstraint("need_id", "concept_id", name="uq_need_concept_need_id_concept_id"),
    )
    op.create_index("ix_need_concept_concept_id", "need_concept", ["concept_id"], unique=False)
    op.create_index("ix_need_concept_need_id", "need_concept", ["need_id"], unique=False)
    op.create_table(
        "park",
        sa.Column("place_id", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(40)),
        sa.Column("kind", sa.String(80)),
        sa.Column("resident_count", sa.Integer()),
        sa.Column("complete_chain", sa.Boolean()),
        sa.Column("area_square_metres", sa.BigInteger()),
        sa.Column("opened", sa.String(16)),
        sa.Column("opened_earliest", sa.Date()),
        sa.Column("opened_latest", sa.Date()),
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
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_park_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_park_place_id"),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_park_source_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_park"),
    )
    op.create_index("ix_park_archived_at", "park", ["archived_at"], unique=False)
    op.create_index("ix_park_organisation_id", "park", ["organisation_id"], unique=False)
    op.create_index("ix_park_place_id", "park", ["place_id"], unique=False)
    op.create_table(
        "park_concept",
        sa.Column("park_id", sa.String(40), nullable=False),
        sa.Column("concept_id", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_park_concept_concept_id"),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name="fk_park_concept_park_id"),
        sa.PrimaryKeyConstraint("id", name="pk_park_concept"),
        sa.UniqueConstraint("park_id", "concept_id", name="uq_park_concept_park_id_concept_id"),
    )
    op.create_index("ix_park_concept_concept_id", "park_concept", ["concept_id"], unique=False)
    op.create_index("ix_park_concept_park_id", "park_concept", ["park_id"], unique=False)


def downgrade() -> None:
    op.drop_table("park_concept")
    op.drop_table("park")
    op.drop_table("need_concept")
    op.drop_table("matching_need")
    op.drop_table("priority_track")
    op.drop_table("priority_concept")
    op.drop_table("industry_priority")
