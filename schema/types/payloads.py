"""Shared parts of mutations: their last arguments, and the shape of their answers."""

from __future__ import annotations

from collections.abc import Sequence

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.types.previews import preview_as, preview_field
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
    previewed: bool = False,
) -> None:
    """Define the type of an answer: what was written as `field`, and what was wrong.

    With `registry` it has a preview for dry runs; `kind` is then an entity or a list of one. A `previewed`
    one has one of the type named for `kind`, and `field` is null in dry runs.
    """
    told = "As it is now, or would be in a dry run; null where something is wrong."
    if registry is not None:
        told = f"{told} {_IN_DRY_RUNS}"
    if previewed:
        told = "As it is now; null in a dry run, which has a `preview`, and where something is wrong."
    previews = [preview_field(names, registry, kind)] if registry is not None else []
    if previewed:
        previews.append(preview_as(names, kind.replace(kind.strip("[]!"), f"{kind.strip('[]!')}Preview")))
    object_type(names, name, description, [
        output_field(names, field, kind, told,
                     resolve=lambda payload, *_: None if previewed and payload.dry_run else payload.written),
        *previews,
        *further,
        output_field(names, "user_errors", "[UserError!]!", "What is wrong; empty if all is well."),
        output_field(names, "dry_run", "Boolean!", "Whether nothing was written because it was a dry run."),
    ])  # fmt: skip
