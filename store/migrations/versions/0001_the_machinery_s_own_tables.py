"""The machinery's own tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

# Which documents hold a token. The database cuts nothing itself: tokens come ready, between blanks.
SEARCH_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='search_document', "
        "content_rowid='number', tokenize=\"ascii tokenchars '_+#'\", detail=none, columnsize=0)",
        "CREATE TRIGGER search_document_is_added AFTER INSERT ON search_document BEGIN "
        "INSERT INTO search_index (rowid, title, body) VALUES (NEW.number, NEW.title, NEW.body); END",
        "CREATE TRIGGER search_document_is_removed AFTER DELETE ON search_document BEGIN "
        "INSERT INTO search_index (search_index, rowid, title, body) "
        "VALUES ('delete', OLD.number, OLD.title, OLD.body); END",
        "CREATE TRIGGER search_document_is_changed AFTER UPDATE OF number, title, body ON search_document BEGIN "
        "INSERT INTO search_index (search_index, rowid, title, body) "
        "VALUES ('delete', OLD.number, OLD.title, OLD.body); "
        "INSERT INTO search_index (rowid, title, body) VALUES (NEW.number, NEW.title, NEW.body); END",
    ),
    "postgresql": (
        "ALTER TABLE search_document ADD COLUMN terms tsvector NOT NULL GENERATED ALWAYS AS "
        "(array_to_tsvector(array_remove(string_to_array(title || body, ' '), ''))) STORED",
        "CREATE INDEX ix_search_document_terms ON search_document USING gin (terms)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_role", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(40)),
        sa.Column("actor_name", sa.String(200)),
        sa.Column("entity_type", sa.String(60), nullable=False),
        sa.Column("entity_id", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.String(40), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.PrimaryKeyConstraint("sequence", name="pk_change"),
    )
    op.create_index("ix_change_entity_id", "change", ["entity_id"], unique=False)
    op.create_index("ix_change_entity_type", "change", ["entity_type"], unique=False)
    op.create_index("ix_change_owner_id", "change", ["owner_id"], unique=False)
    op.create_table(
        "change_cursor",
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_change_cursor"),
    )
    op.create_table(
        "external_id",
        sa.Column("entity_type", sa.String(60), nullable=False),
        sa.Column("namespace", sa.String(80), nullable=False),
        sa.Column("value", sa.String(300), nullable=False),
        sa.Column("entity_id", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64)),
        sa.PrimaryKeyConstraint("entity_type", "namespace", "value", name="pk_external_id"),
    )
    op.create_index("ix_external_id_entity_id", "external_id", ["entity_id"], unique=False)
    op.create_table(
        "erased_key",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_erased_key"),
    )
    op.create_table(
        "api_key",
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("subject_id", sa.String(40)),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
    )
    op.create_index("ix_api_key_subject_id", "api_key", ["subject_id"], unique=False)
    op.create_table(
        "embedding",
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "text_hash", name="pk_embedding"),
    )
    op.create_table(
        "search_document",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("entity_type", sa.String(60), nullable=False),
        sa.Column("entity_id", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("title_length", sa.BigInteger(), nullable=False),
        sa.Column("body_length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_document"),
        sa.UniqueConstraint("entity_id", name="uq_search_document_entity_id"),
    )
    op.create_index("ix_search_document_entity_type", "search_document", ["entity_type"], unique=False)
    for statement in SEARCH_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "plugin_record",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("tables", JSON, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_plugin_record"),
    )


def downgrade() -> None:
    op.drop_table("plugin_record")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("search_index")
    op.drop_table("search_document")
    op.drop_table("embedding")
    op.drop_table("api_key")
    op.drop_table("erased_key")
    op.drop_table("external_id")
    op.drop_table("change_cursor")
    op.drop_table("change")
