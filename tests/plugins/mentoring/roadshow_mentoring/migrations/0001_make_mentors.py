"""Make the tables of mentors."""

import sqlalchemy as sa
from alembic import op

revision = "mentoring_0001"
down_revision = None


def upgrade() -> None:
    json = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
    op.create_table(
        "mentoring_mentor",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), index=True),
        sa.Column("fictional", sa.Boolean, nullable=False),
        sa.Column("name", json, nullable=False),
        sa.Column("aliases", json, nullable=False),
        sa.Column("description", json),
        sa.Column("talent_id", sa.String(40), sa.ForeignKey("talent.id"), index=True),
        sa.Column("place_id", sa.String(40), sa.ForeignKey("place.id"), index=True),
        sa.Column("email", sa.String(200)),
        sa.Column("hours", sa.Integer),
        sa.Column("level", sa.String(20)),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "mentoring_field",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mentor_id", sa.String(40), sa.ForeignKey("mentoring_mentor.id"), nullable=False, index=True),
        sa.Column("concept_id", sa.String(40), sa.ForeignKey("concept.id"), nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("mentoring_field")
    op.drop_table("mentoring_mentor")
