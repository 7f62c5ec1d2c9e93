"""The change log is append-only: rows are never removed, and only an erasure may empty their data."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEPT = ("sequence", "at", "actor_role", "actor_id", "actor_name", "entity_type", "entity_id", "owner_id", "operation")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        differs = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in _KEPT)
        op.execute(
            "CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change "
            "BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER change_is_not_rewritten BEFORE UPDATE ON change "
            f'WHEN NEW."before" IS NOT NULL OR NEW."after" IS NOT NULL OR {differs} '
            "BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END"
        )
        return
    differs = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in _KEPT)
    op.execute(
        "CREATE FUNCTION change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF TG_OP = 'UPDATE' AND NOT "
        f'(NEW."before" IS NOT NULL OR NEW."after" IS NOT NULL OR {differs}) '
        "THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the change log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON change "
        "FOR EACH ROW EXECUTE FUNCTION change_is_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER change_is_not_deleted")
        op.execute("DROP TRIGGER change_is_not_rewritten")
        return
    op.execute("DROP TRIGGER change_is_append_only ON change")
    op.execute("DROP FUNCTION change_is_append_only")
