"""The types of the feed of changes, and its root field."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.changes import feed
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field


def define_changes(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the types; return the field of `Query`."""
    kept = feed.kept_types(registry)
    members = {_member(each.name): each for each in kept}
    enum_type(names, enum_of("RecordType", "Types of records that a client can keep a copy of.",
                             {name: each.description for name, each in members.items()},
                             {name: each.name for name, each in members.items()}))  # fmt: skip
    object_type(names, "RecordChange", "A record that was written, or that you no longer see.", [
        output_field(names, "object_id", "ID!", "The record's id."),
        output_field(names, "at", "DateTime!", "When it was last written, or when you lost sight of it."),
        output_field(names, "removed", "Boolean!",
                     "Whether it was archived, deleted or hidden from you: drop it and all that belongs to it."),
        output_field(names, "node", "Node", "The record as it is now; null if it was removed.",
                     resolve=lambda entry, context, _: None if entry.removed else context.node(entry.object_id)),
    ])  # fmt: skip
    object_type(names, "RecordChanges", "Changes of records, oldest first.", [
        output_field(names, "entries", "[RecordChange!]!", "The changes, each record once."),
        output_field(names, "cursor", "String", "For the next call, whether or not there is more now; null if nothing "
                     "was ever written."),
        output_field(names, "has_more", "Boolean!", "Whether there is more already."),
    ])  # fmt: skip
    settle = int(feed.SETTLE.total_seconds())
    return [
        output_field(
            names, "changes", "RecordChanges!",
            "What changed since a cursor, for clients that keep a copy: the first call without one gives every record. "
            f"Writes are told {settle} seconds after they happen. A record that comes into sight or out of it by a "
            "write of another one, such as the organisation of a project that is published, is told too.",
            arguments=[
                Argument("after", "String", "The `cursor` of the previous call.", None),
                Argument("types", "[RecordType!]", "Only these types, the same in each call; null means all.", None),
                Argument("first", "Int", f"How many, 0 to {MAXIMUM_PAGE}.", MAXIMUM_PAGE),
            ],
            resolve=feed.changes,
        )
    ]  # fmt: skip


def _member(name: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name).strip("_").upper()
