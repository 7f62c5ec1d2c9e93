"""The change log is append-only: rows are never removed, and only an erasure may empty their data."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEPT = ("sequence", "at", "actor_role", "actor_id", "entity_type", "entity_id", "owner_id", "operation")


def _allowed(differs: str) -> str:
    """That an update only empties data of an entity, or the name of an actor, of which an erasure is logged."""
    same = " AND ".join(f'NOT (NEW."{column}" {differs} OLD."{column}")' for column in _KEPT)
    erased = "EXISTS (SELECT 1 FROM change AS erasure WHERE erasure.operation = 'ERASE' AND erasure.entity_id = OLD.{})"
    return (
        f'{same} AND (NOT (NEW."before" {differs} OLD."before" OR NEW."after" {differs} OLD."after") '
        f'OR (NEW."before" IS NULL AND NEW."after" IS NULL AND {erased.format("entity_id")})) '
        f'AND (NOT (NEW."actor_name" {differs} OLD."actor_name") '
        f'OR (NEW."actor_name" IS NULL AND {erased.format("actor_id")}))'
    )


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER change_is_not_deleted BEFORE DELETE ON change "
            "BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER change_is_not_rewritten BEFORE UPDATE ON change WHEN NOT ({_allowed('IS NOT')}) "
            "BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF TG_OP = 'UPDATE' THEN IF {_allowed('IS DISTINCT FROM')} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'the change log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER change_is_append_only BEFORE UPDATE OR DELETE ON change "
        "FOR EACH ROW EXECUTE FUNCTION change_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER change_is_not_truncated BEFORE TRUNCATE ON change "
        "FOR EACH STATEMENT EXECUTE FUNCTION change_is_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER change_is_not_deleted")
        op.execute("DROP TRIGGER change_is_not_rewritten")
        return
    op.execute("DROP TRIGGER change_is_not_truncated ON change")
    op.execute("DROP TRIGGER change_is_append_only ON change")
    op.execute("DROP FUNCTION change_is_append_only")
