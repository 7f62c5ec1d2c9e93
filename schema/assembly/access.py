"""Who may read and write what, in the words of the schema: `capabilities { rules }`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schema.assembly.types import Names, object_type, output_field
from schema.declarations.base import STAFF, Readers
from schema.mutations.writers import WRITABLE
from schema.registry import Registry
from schema.sql.scope import camel
from store.enums import Role

ORDER = tuple(Role)


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One rule; `on` is a schema coordinate."""

    on: str
    roles: tuple[Role, ...] | None
    own_only: tuple[Role, ...]
    description: str


def define_access(names: Names) -> None:
    """Define the type."""
    object_type(names, "AccessRule", "Who may read a field or the records of a type, or use a mutation.", [
        output_field(names, "on", "String!", "What it is about, as a schema coordinate: `Type`, or `Type.field`."),
        output_field(names, "roles", "[Role!]", "Those who may at all; null where each record decides."),
        output_field(names, "own_only", "[Role!]!", "Those of them who may for what is their own alone."),
        output_field(names, "description", "String!", "The rule in a sentence."),
    ])  # fmt: skip


def rules_of(registry: Registry) -> list[AccessRule]:
    """The rules of all types, fields and mutations that have one, in the order of their coordinates.

    What plugins' rules take away is not among them: they are functions of who asks and what for.
    """
    return sorted({*_rows(registry), *_fields(registry), *_mutations()}, key=lambda rule: rule.on)


def _rows(registry: Registry) -> Iterator[AccessRule]:
    for entity in registry.entities.values():
        if entity.rows is not None:
            said = (entity.rows.__doc__ or "").strip().split("\n")[0]
            yield AccessRule(entity.name, None, (), f"{said} Organisers and administrators: all of them.")


def _fields(registry: Registry) -> Iterator[AccessRule]:
    fields = {kind.name: kind.fields for kind in registry.entities.values()}
    fields |= {kind.name: kind.fields for kind in registry.groups.values()}
    for name, declared in fields.items():
        for declaration in declared.values():
            if declaration.readers is not None:
                yield _of_readers(f"{name}.{camel(declaration.name)}", declaration.readers)


def _of_readers(coordinate: str, readers: Readers) -> AccessRule:
    own = "; some of them on their own records alone" if readers.own_only else ""
    return AccessRule(
        coordinate, _ordered(readers.roles), _ordered(readers.own_only), f"Read by some roles only{own}."
    )


def _mutations() -> Iterator[AccessRule]:
    for name, writers in WRITABLE.items():
        for verb in ("create", "update", "archive", "restore"):
            own = () if writers is None or (verb == "create" and not writers.create) else (writers.role,)
            said = "Organisers write all; others what is their own." if own else "For organisers and administrators."
            yield AccessRule(f"Mutation.{verb}{name}", _ordered({*STAFF, *own}), own, said)


def _ordered(roles: frozenset[Role] | set[Role]) -> tuple[Role, ...]:
    return tuple(role for role in ORDER if role in roles)
