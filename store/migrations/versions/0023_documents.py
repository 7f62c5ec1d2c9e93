"""Files and links that belong to records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("caption", _JSON),
        sa.Column("credit", sa.String(300)),
        sa.Column("source_document_id", sa.String(40)),
        sa.Column("link", sa.String(1000)),
        sa.Column("file_name", sa.String(120)),
        sa.Column("media_type", sa.String(100)),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("uploaded_by_id", sa.String(40)),
        sa.ForeignKeyConstraint(["source_document_id"], ["source_document.id"], name="fk_document_source_document_id"),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["account.id"], name="fk_document_uploaded_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    for column in ("archived_at", "kind", "media_type", "subject_id", "uploaded_by_id"):
        op.create_index(f"ix_document_{column}", "document", [column])


def downgrade() -> None:
    op.drop_table("document")
