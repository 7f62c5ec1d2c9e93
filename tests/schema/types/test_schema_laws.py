"""What holds of every type and field of the schema, plugins' included: ids, names, numbers and their units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
    is_object_type,
)

SCHEMA = build_schema((Path(__file__).parents[3] / "schema.graphql").read_text("utf-8"))
NUMBERS = ("Int", "Float", "Decimal")
SCORE = re.compile(r"(^|[a-z])([sS]cores?|points)($|[A-Z])")
NAMELESS = {
    "Viewer": "the public has none",
    "Invitation": "who invites may leave it out",
    "InvitationPreview": "as there",
}
"""Types whose `name` may be missing, and why."""
MEASURED = re.compile(
    r"\b(how many|how often|number|lines|projects|count|total|share|from 0|to 1|to 100|at least 0|above 0|neutral"
    r"|year|when|level|rank|order|position|version|counted|percent|bytes|square metres|degrees|points|currency|unit"
    r"|units|character|status|from 1)\b",
    re.IGNORECASE,
)
"""Units and scales; of what is counted, the word that says so."""


def objects(schema: GraphQLSchema = SCHEMA) -> Iterator[GraphQLObjectType]:
    for name, kind in schema.type_map.items():
        if is_object_type(kind) and not name.startswith("__"):
            yield kind


def numbers() -> Iterator[tuple[str, str]]:
    """Yield coordinates and descriptions of all fields and arguments that are numbers."""
    for name, kind in SCHEMA.type_map.items():
        if name.startswith("__") or not (is_object_type(kind) or is_input_object_type(kind)):
            continue
        for field_name, field in kind.fields.items():
            for argument_name, argument in getattr(field, "args", {}).items():
                if get_named_type(argument.type).name in NUMBERS:
                    yield f"{name}.{field_name}({argument_name}:)", argument.description or ""
            if get_named_type(field.type).name in NUMBERS:
                yield f"{name}.{field_name}", field.description or ""


def test_whatever_has_an_id_is_a_node() -> None:
    with_id = {kind.name for kind in objects() if "id" in kind.fields and not kind.fields["id"].deprecation_reason}
    nodes = {kind.name for kind in objects() if "Node" in [each.name for each in kind.interfaces]}
    assert with_id == nodes
    assert {"Account", "AccountSession", "ApiKey", "Invitation", "Membership", "DigestDelivery"} < nodes


def test_what_a_dry_run_shows_has_no_id() -> None:
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    tried = 0
    for field in mutation.fields.values():
        payload = get_named_type(field.type)
        assert is_object_type(payload)
        kinds = {name: get_named_type(each.type) for name, each in payload.fields.items()}
        records = [name for name, kind in kinds.items() if is_object_type(kind) and "id" in kind.fields]
        if "dryRun" in payload.fields and records:
            tried += 1
            assert "preview" in kinds, field
            assert "preview" not in records, f"{payload.name}.preview has an id"
    assert tried > 50


def test_a_name_is_given_where_it_is_always_there() -> None:
    named = [kind for kind in objects() if "name" in kind.fields]
    missing = {kind.name for kind in named if not is_non_null_type(kind.fields["name"].type)}
    assert missing == NAMELESS.keys()
    assert len(named) > 40


def test_scores_are_floats() -> None:
    scores = {
        f"{kind.name}.{name}": get_named_type(field.type).name
        for kind in objects()
        for name, field in kind.fields.items()
        if SCORE.search(name)
    }
    assert {name for name, kind in scores.items() if kind != "Float"} == set()
    assert len(scores) > 15


def test_numbers_are_the_same_in_and_out() -> None:
    """What is read as a Decimal is written as one, filtered by one, and so on."""
    compared = 0
    for kind in objects():
        for ending in ("Input", "CreateInput"):
            given = SCHEMA.type_map.get(f"{kind.name}{ending}")
            for name, field in given.fields.items() if is_input_object_type(given) else ():
                shown = get_named_type(kind.fields[name].type).name if name in kind.fields else None
                if shown in NUMBERS:
                    compared += 1
                    assert get_named_type(field.type).name == shown, f"{given}.{name}"
        chosen = SCHEMA.type_map.get(f"{kind.name}Filter")
        for name, field in chosen.fields.items() if is_input_object_type(chosen) else ():
            shown = get_named_type(kind.fields[name].type).name if name in kind.fields else None
            if shown in NUMBERS:
                compared += 1
                assert get_named_type(field.type).name in (shown, f"{shown}Range"), f"{chosen}.{name}"
    assert compared > 20


def test_a_number_says_what_it_counts_or_measures() -> None:
    unclear = {
        name: text
        for name, text in numbers()
        if not MEASURED.search(text) and not name.endswith(("first:)", "last:)", "ersion", "ersion:)"))
    }
    assert unclear == {}
