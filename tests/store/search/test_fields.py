"""What is searched: texts of every kind of entity, and no private ones."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from store.models import ENTITIES, Editable, Named
from store.search.fields import SEARCHABLE, texts_of

PRIVATE = {"email", "nationality", "note", "feedback", "quote", "correction_contact", "key_hash"}


@pytest.mark.parametrize("prefix", SEARCHABLE)
def test_searchable_attributes_exist_and_are_not_private(prefix: str) -> None:
    model = ENTITIES[prefix]
    assert issubclass(model, Editable)
    assert set(SEARCHABLE[prefix].names) <= set(inspect(model).column_attrs.keys())
    assert not set(SEARCHABLE[prefix].names) & PRIVATE
    if issubclass(model, Named):
        assert {"name", "aliases", "description"} <= set(SEARCHABLE[prefix].names)


def test_every_named_entity_is_searched() -> None:
    named = {prefix for prefix, model in ENTITIES.items() if issubclass(model, Named)}
    # A vocabulary is found through its concepts, a scenario on its place's page.
    assert named - set(SEARCHABLE) == {"sch", "scn"}


def test_texts_are_taken_out_of_any_value() -> None:
    value = [{"zh": "一", "en": "one"}, "two", None, {"en": ""}, ["three"]]
    assert list(texts_of(value)) == [("en", "one"), ("zh", "一"), (None, "two"), (None, "three")]
