"""Every field, track and priority of the programmes says in both languages what belongs to it, in our own words."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import models
from tests.plugins.programmes.support import PROGRAMMES, keys_of

pytestmark = pytest.mark.nightly_on_postgresql

DESCRIBED = (models.Concept, models.Track, models.IndustryPriority)


@pytest.mark.parametrize("model", DESCRIBED)
def test_every_record_of_a_programme_is_described_in_both_languages(
    session: Session, model: type[models.Concept]
) -> None:
    keys = keys_of(session, model)
    ours = [row for row in session.scalars(select(model)) if keys.get(row.id, "").split(":")[0] in PROGRAMMES]
    assert ours
    for row in ours:
        assert set(row.description or {}) >= {"en", "zh"}, keys[row.id]


@pytest.mark.parametrize("model", DESCRIBED)
def test_a_description_is_not_the_name(session: Session, model: type[models.Concept]) -> None:
    for row in session.scalars(select(model).where(model.description.is_not(None))):
        for language, text in (row.description or {}).items():
            name = row.name.get(language, "")
            assert text.rstrip(".。").casefold() != name.casefold()
