"""Shared parts of mutations: their last arguments, and the shape of their answers."""

from __future__ import annotations

from collections.abc import Sequence

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.types.previews import preview_field
from schema.types.type_names import Names, object_type, output_field

DRY_RUN = Argument("dry_run", "Boolean!", "Check everything and answer as if it were done, without writing.", False)
IDEMPOTENCY_KEY = Argument(
    "idempotency_key", "String",
    "An idempotency key of up to 200 characters. The same call sent again with it, by the same API key or account and "
    "within a day, creates nothing and returns the first result.", None,
)  # fmt: skip
IF_VERSION = Argument("if_version", "Int", "Only if the version is still this one.", None)
BY_ID = Argument("id", "ID!", "Its id.")


_IN_DRY_RUNS = (
    "In dry runs use `preview`: this field's id belongs to the stored record, or to none. Being given in dry runs is "
    "deprecated since 0.2.0; removed on 2027-06-01 at the earliest."
)


def define_payload(
    names: Names,
    name: str,
    description: str,
    field: str,
    kind: str,
    further: Sequence[StrawberryField] = (),
    registry: Registry | None = None,
) -> None:
    """Define the type of an answer: what was written as `field`, and what was wrong.

    With `registry` it has a preview for dry runs; `kind` is then an entity or a list of one.
    """
    of_dry_runs = f" {_IN_DRY_RUNS}" if registry is not None else ""
    object_type(names, name, description, [
        output_field(names, field, kind,
                     f"As it is now, or would be in a dry run; null where something is wrong.{of_dry_runs}",
                     resolve=lambda payload, *_: payload.written),
        *([preview_field(names, registry, kind)] if registry is not None else ()),
        *further,
        output_field(names, "user_errors", "[UserError!]!", "What is wrong; empty if all is well."),
        output_field(names, "dry_run", "Boolean!", "Whether nothing was written because it was a dry run."),
    ])  # fmt: skip
