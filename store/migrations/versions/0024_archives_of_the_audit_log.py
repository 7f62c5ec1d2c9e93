"""Entries of the change log that only the audit reads may leave it for archives; all others stay append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = (
    "account", "account_identity", "account_session", "api_key", "invitation", "job", "membership", "second_factor",
)  # fmt: skip
_ARCHIVED = (
    f"OLD.entity_type IN ({', '.join(map(repr, _TABLES))}) AND OLD.operation <> 'ERASE' AND EXISTS "
    "(SELECT 1 FROM change_archive WHERE OLD.sequence BETWEEN change_archive.first AND change_archive.last)"
)
_REFUSED = "the change log is append-only"


def upgrade() -> None:
    op.create_table(
        "change_archive",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_change_archive"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER change_is_not_deleted")
        op.execute(
            f"CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change WHEN NOT ({_ARCHIVED}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION change_is_archived() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_ARCHIVED} THEN RETURN OLD; END IF; RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute("DROP TRIGGER change_is_append_only ON change")
    op.execute(
        "CREATE TRIGGER change_is_append_only BEFORE UPDATE ON change "
        "FOR EACH ROW EXECUTE FUNCTION change_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change "
        "FOR EACH ROW EXECUTE FUNCTION change_is_archived()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER change_is_not_deleted")
        op.execute(
            f"CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
    else:
        op.execute("DROP TRIGGER change_is_not_deleted ON change")
        op.execute("DROP TRIGGER change_is_append_only ON change")
        op.execute(
            "CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON change "
            "FOR EACH ROW EXECUTE FUNCTION change_is_append_only()"
        )
        op.execute("DROP FUNCTION change_is_archived")
    op.drop_table("change_archive")
