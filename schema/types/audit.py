"""The audit log in the schema."""

from __future__ import annotations

from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.relations import page_arguments
from schema.domain.accounts.audit import AuditPage, audit_log, missing_archived, shown
from schema.types.type_names import Names, object_type, output_field
from store.access.scopes import known_roles


def define_audit(names: Names) -> list[StrawberryField]:
    """Define the types; gives the fields of `Query`."""
    object_type(names, "AuditEntry", "One write: who did what to what, and when.", [
        output_field(names, "position", "String!", "Its position in the change log; it grows with each write.",
                     resolve=lambda change, *_: str(change.sequence)),
        output_field(names, "at", "DateTime!", "When."),
        output_field(names, "actor_role", "Role!", "The role of whoever wrote; PUBLIC for one of a plugin that doesn't "
                     "run any more.",
                     resolve=lambda change, *_: change.actor_role if change.actor_role in known_roles() else "PUBLIC"),
        output_field(names, "actor_id", "ID", "The account or key; null for a command or the server itself."),
        output_field(names, "actor_name", "String", "The name of the account, key or command."),
        output_field(names, "operation", "String!", "CREATE, UPDATE, ARCHIVE, RESTORE, DELETE or ERASE.",
                     resolve=lambda change, *_: change.operation.value),
        output_field(names, "entity_type", "String!", "The table."),
        output_field(names, "entity_id", "ID!", "The id of what was written."),
        output_field(names, "entity", "Node", "What was written, or what it belongs to, as you may see it now.",
                     resolve=_entity),
        output_field(names, "before", "JSON", "The columns that differ, as they were; null for a creation.",
                     resolve=lambda change, context, _: shown(context, change, change.before)),
        output_field(names, "after", "JSON", "The columns that differ, as they became; null for a deletion.",
                     resolve=lambda change, context, _: shown(context, change, change.after)),
    ])  # fmt: skip
    object_type(names, "AuditEntryEdge", "An entry with its cursor.", [
        output_field(names, "cursor", "String!", "The cursor.", resolve=lambda change, *_: str(change.sequence)),
        output_field(names, "node", "AuditEntry!", "The entry.", resolve=lambda change, *_: change),
    ])  # fmt: skip
    object_type(names, "AuditEntryConnection", "A page of the audit log, newest entries first.", [
        output_field(names, "edges", "[AuditEntryEdge!]!", "The entries with cursors.",
                     resolve=lambda page, *_: page.entries),
        output_field(names, "nodes", "[AuditEntry!]!", "The entries.", resolve=lambda page, *_: page.entries),
        output_field(names, "page_info", "PageInfo!", "Where the page ends.", resolve=lambda page, *_: _info(page)),
        output_field(names, "missing_entries", "Int!", "How many are in archives that this server doesn't have.",
                     resolve=lambda _, context, __: missing_archived(context)),
    ])  # fmt: skip
    return [
        output_field(names, "audit_log", "AuditEntryConnection!",
                     "Who wrote what, newest first. Administrators and organisers read everything, organisers of some "
                     "programmes what belongs to those; private notes are for administrators.", arguments=[
                         Argument("entity", "ID", "Only what was written of this, and of what belongs to it.", None),
                         Argument("actor", "ID", "Only what this account or key wrote.", None),
                         Argument("entity_type", "String", "Only of this table.", None),
                         Argument("since", "DateTime", "Only from then on.", None),
                         Argument("until", "DateTime", "Only before then.", None),
                         *page_arguments(50),
                     ], resolve=audit_log),
    ]  # fmt: skip


async def _entity(change: Any, context: Any, _: object) -> Any:
    return await context.node(change.entity_id) or await context.node(change.owner_id)


def _info(page: AuditPage) -> dict[str, Any]:
    ends = [str(each.sequence) for each in (page.entries[:1] and (page.entries[0], page.entries[-1]))]
    return {
        "has_next_page": page.has_next_page,
        "has_previous_page": page.has_previous_page,
        "start_cursor": ends[0] if ends else None,
        "end_cursor": ends[1] if ends else None,
    }
