"""Every fact comes from its source: the words are the source's own, and nothing stands without them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import models
from store.models.base import Base
from tests.plugins.programmes.support import PROGRAMMES, ROOT, keys_of

pytestmark = pytest.mark.nightly_on_postgresql

TEXTS = Path(os.environ.get("ROADSHOW_SOURCE_TEXTS", ROOT.parent / "shared" / "sources"))
NUMBERS = {
    "chinaocs:source/signing": "000",
    "chinaocs:source/twenty-years": "001",
    "chinaocs:source/london": "002",
    "kunshan:source/release": "003",
    "cotiec:source/launch": "004",
}
FIGURES = ("2000", "2019", "2020", "2024", "228", "286", "1500000000")
WITHOUT_TEXT = {"cotiec:source/announcement"}
"""Known only by what another source says of it."""


def quoting_models() -> list[type[Base]]:
    return [mapper.class_ for mapper in Base.registry.mappers if "quote" in mapper.columns]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The text of each source, by its key."""
    if not TEXTS.is_dir():
        pytest.skip(f"the source texts are not in {TEXTS}; ROADSHOW_SOURCE_TEXTS names another folder")
    return {key: next(TEXTS.glob(f"{number}_*.txt")).read_text("utf-8") for key, number in NUMBERS.items()}


def test_every_source_document_has_its_text(session: Session) -> None:
    assert set(keys_of(session, models.SourceDocument).values()) == set(NUMBERS) | WITHOUT_TEXT


def test_every_quote_is_verbatim_in_its_source(session: Session, texts: dict[str, str]) -> None:
    sources = keys_of(session, models.SourceDocument)
    checked = 0
    for model in quoting_models():
        for row in session.scalars(select(model)):
            quote = row.quote  # type: ignore[attr-defined]
            if quote is None:
                continue
            named = getattr(row, "source_document_id", None)
            candidates = [texts[sources[named]]] if named else texts.values()
            assert any(quote in text for text in candidates), f"{model.__name__}: {quote!r}"
            checked += 1
    assert checked > 300


def test_every_title_and_statement_of_an_edition_is_verbatim_in_a_source(
    session: Session, texts: dict[str, str]
) -> None:
    for edition in session.scalars(select(models.EventEdition)):
        for each in (edition.theme, edition.mission, edition.aims, *edition.principles):
            if each:
                assert any(each["en"] in text for text in texts.values()), each["en"]


def test_a_stated_text_of_an_edition_has_a_claim_with_its_quote(session: Session) -> None:
    """An edition has no column for a source, so a claim beside it says where its texts come from."""
    claim = models.StatisticalClaim
    for edition in session.scalars(select(models.EventEdition)):
        quotes = " ".join(filter(None, session.scalars(select(claim.quote).where(claim.subject_id == edition.id))))
        for each in (edition.theme, edition.mission, edition.aims, *edition.principles):
            if each:
                assert each["en"] in quotes, each["en"]


def test_every_claim_says_where_when_and_how_it_is_meant(session: Session) -> None:
    for claim in session.scalars(select(models.StatisticalClaim)):
        assert claim.source_document_id, claim.label
        assert claim.quote, claim.label
        assert claim.as_of, claim.label
        assert claim.label.get("en"), claim.measure
        if claim.whole_id:
            assert claim.dimension, claim.label
            assert claim.category, claim.label


def test_parts_never_exceed_their_total(session: Session) -> None:
    claim = models.StatisticalClaim
    for whole in session.scalars(select(claim).where(claim.value.is_not(None))):
        by_dimension: dict[str | None, list[models.StatisticalClaim]] = {}
        for part in session.scalars(select(claim).where(claim.whole_id == whole.id)):
            by_dimension.setdefault(part.dimension, []).append(part)
        for found in by_dimension.values():
            assert whole.value is not None
            assert sum(part.value or 0 for part in found) <= whole.value, whole.label


def test_nothing_that_the_programmes_bring_is_fictional(session: Session) -> None:
    for model in (models.Project, models.Talent, models.Organisation, models.Investor, models.StatisticalClaim):
        assert not session.scalars(select(model).where(model.fictional)).all()


def test_every_named_thing_has_its_source(session: Session) -> None:
    sourced: tuple[Any, ...] = (
        models.Organisation,
        models.Investor,
        models.Project,
        models.Event,
        models.Park,
        models.IndustryPriority,
    )
    for model in sourced:
        rows = session.scalars(select(model)).all()
        assert rows
        assert all(row.source_document_id and row.quote for row in rows), model.__name__


@pytest.mark.parametrize("name", PROGRAMMES)
def test_facts_are_data_and_not_code(name: str) -> None:
    """A plugin's code holds no figure and no year of its source."""
    for path in (ROOT / "plugins" / name).rglob("*.py"):
        source = path.read_text("utf-8")
        assert not [figure for figure in FIGURES if figure in source]


def test_a_persons_name_stands_in_no_quote_but_the_persons_own(session: Session) -> None:
    """So that the record of one person can be erased without reading everything else."""
    people = {talent.id: talent.name["en"] for talent in session.scalars(select(models.Talent))}
    assert people
    for model in quoting_models():
        for row in session.scalars(select(model)):
            own = {getattr(row, "talent_id", None), getattr(row, "subject_id", None)}
            for identifier, name in people.items():
                assert identifier in own or name not in (getattr(row, "quote", None) or ""), f"{model.__name__}: {name}"
