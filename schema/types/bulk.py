"""The types and fields of mutations that write many records."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.domain.shared.bulk import MOST_ROWS, OUTCOMES, BulkPayload, RowResult, Upsert, mutation_of
from schema.sql.scope import snake
from schema.types.labels import with_article, words
from schema.types.payloads import DRY_RUN, IDEMPOTENCY_KEY
from schema.types.type_names import DeclaredField, Names, enum_of, enum_type, input_type, object_type, output_field


def bulk_fields(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define inputs and payloads; return the fields of `Mutation`: one for each type that has external ids."""
    enum_type(
        names, enum_of("UpsertOutcome", "What became of a row.", {str(each): text for each, text in OUTCOMES.items()})
    )
    named = ((mutation_of(each), each) for each in registry.entities.values())
    return [_upsert(names, each, name) for name, each in named if name is not None]


def _upsert(names: Names, entity: Entity, mutation: str) -> StrawberryField:
    name, label = entity.name, words(entity.name)
    input_type(names, f"{name}Upsert", f"{with_article(label).capitalize()} to create or to change.", [
        Argument("id", "ID", "The record to change; null for a new one.", None),
        Argument("external_id", "String",
                 "Instead of an id, for organisers: the record with this external id is changed, or created with it.",
                 None),
        Argument("if_version", "Int", "Change it only if its version is still this one.", None),
        Argument("input", f"{name}Input!", "What it states."),
    ])  # fmt: skip
    object_type(names, f"{name}UpsertResult", "What became of a row.", [
        output_field(names, "outcome", "UpsertOutcome!", "Whether it was created, changed or refused.",
                     resolve=_outcome),
        output_field(names, snake(name), name, "As it is now; null where nothing was written.",
                     resolve=lambda result, *_: result.written),
        output_field(names, "user_errors", "[UserError!]!", "What is wrong with the row; empty if all is well.",
                     resolve=lambda result, *_: result.user_errors),
    ])  # fmt: skip
    object_type(names, f"{name}UpsertPayload", "What became of the rows.", [
        output_field(names, "results", f"[{name}UpsertResult!]!", "One for each row, in their order.",
                     resolve=lambda payload, *_: payload.results),
        output_field(names, "written_count", "Int!", "How many records were created or changed.",
                     resolve=_count),
        output_field(names, "user_errors", "[UserError!]!",
                     "What is wrong with the call as a whole; nothing was written then.",
                     resolve=lambda payload, *_: payload.user_errors),
        output_field(names, "dry_run", "Boolean!", "Whether nothing was written because it was a dry run.",
                     resolve=lambda payload, *_: payload.dry_run),
    ])  # fmt: skip
    declared = output_field(
        names, mutation, f"{name}UpsertPayload!",
        f"Create or change many {label} records in one transaction.",
        arguments=[
            Argument("rows", f"[{name}Upsert!]!", f"The records, at most {MOST_ROWS:,}."),
            Argument("all_or_nothing", "Boolean!",
                     "Whether one refused row keeps all others from being written.", True),
            IDEMPOTENCY_KEY, DRY_RUN,
        ],
        resolve=Upsert(entity).__call__,
    )  # fmt: skip
    assert isinstance(declared, DeclaredField)
    declared.lenient = True  # each row reports its own unreadable scalars
    return declared


def _outcome(result: RowResult, *_: object) -> str:
    return str(result.outcome)


def _count(payload: BulkPayload, *_: object) -> int:
    return payload.written_count
