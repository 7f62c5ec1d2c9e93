"""Filters of records that aren't projects, and by the time of a record, on both databases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schema.sql.scope import camel
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectKind, Role, TalentCategory
from store.values.partial_dates import PartialDate
from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords
from tests.schema.sql.test_filters import with_ids
from tests.schema.walking import LISTED


def listed(ask: Ask, samples: SampleRecords, name: str, given: dict[str, Any]) -> set[str]:
    """Short names of the records of an entity that meet a filter."""
    short = {identifier: each for each, identifier in samples.ids.items()}
    field = camel(LISTED[name][1])
    query = f"query ($f: {name}Filter) {{ {field}(filter: $f, first: 100) {{ nodes {{ id }} totalCount }} }}"
    page = ask(query, {"f": with_ids(given, samples)}, samples.as_(Role.ORGANISER))[field]
    assert page["totalCount"] == len(page["nodes"])
    return {short[node["id"]] for node in page["nodes"]}


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("Investor", {"stage": ["SEED", "IDEA"]}, "investor"),
    ("Investor", {"stage": ["SERIES_B"]}, ""),
    ("Investor", {"projectKind": ["FUND"]}, "rival"),
    ("Investor", {"mandatePlace": ["$china"]}, "investor"),
    ("Investor", {"mandatePlace": ["$kunshan"]}, ""),
    ("Talent", {"skill": {"concepts": ["$medicine"]}}, "owner"),
    ("Talent", {"category": ["EXCELLENT_YOUNG"]}, "owner"),
    ("Talent", {"language": ["de", "fr"]}, "owner"),
    ("Talent", {"not": {"language": ["de"]}, "id": ["$owner"]}, ""),
    ("Organisation", {"industry": {"concepts": ["$medicine"]}}, "organisation"),
    ("Event", {"place": ["$jiangsu"]}, "event"),
    ("Event", {"place": ["$dalian"]}, ""),
    ("Event", {"industry": {"concepts": ["$medicine"], "mapped": False}}, "event"),
    ("IndustryPriority", {"industry": {"concepts": ["$medicine"], "mapped": False}}, "priority"),
    ("IndustryPriority", {"track": ["$health_track"]}, "priority"),
    ("IndustryPriority", {"track": ["$digital_track"]}, ""),
    ("IndustryPriority", {"within": ["$china"]}, "priority"),
    ("IndustryPriority", {"weight": {"atLeast": 1000}}, ""),
    ("Investor", {"website": ["https://fund.example"]}, "rival"),
    ("Investor", {"capacity": {"atLeast": 5, "atMost": 9}}, "rival"),
    ("Investor", {"activeAsOf": {"from": "2024-01-01", "to": "2024-12-31"}}, "rival"),
    ("Project", {"raised": {"currency": "CNY", "atLeast": "5000000.5"}}, "bank"),
    ("Project", {"raised": {"currency": "CNY", "atMost": "5000000"}}, ""),
    ("Project", {"raised": {"currency": "USD"}}, ""),
    ("StatisticalClaim", {"value": {"atLeast": "10.5", "atMost": "10.5"}, "unit": ["projects"]}, "measured"),
    ("StatisticalClaim", {"value": {"atLeast": "10.6"}, "measure": ["tests"]}, ""),
    ("StatisticalClaim", {"industry": {"concepts": ["$medicine"]}}, "measured"),
    ("StatisticalClaim", {"search": "tidal"}, "measured"),
    ("Track", {"search": "health"}, "health_track"),
    ("Programme", {"search": "nothing of the kind"}, ""),
]


def test_records_are_found_by_what_they_state(ask: Ask, samples: SampleRecords, database: Database) -> None:
    claim = models.StatisticalClaim(
        subject_id=samples["kunshan"], measure="tests", value=Decimal("10.5"), unit="projects",
        concept_id=samples["medicine"], label={"en": "Tidal projects"},
    )  # fmt: skip
    samples = replace(samples, ids={**samples.ids, "measured": claim.id})
    with database.write(Actor.system("tests")) as session:
        session.add(claim)
        rival = session.get_one(models.Investor, samples["rival"])
        rival.website, rival.capacity, rival.active_as_of = "https://fund.example", 7, PartialDate("2024-06")
        bank = session.get_one(models.Project, samples["bank"])
        bank.raised_amount, bank.raised_currency = Decimal("5000000.5"), "CNY"
        talent = session.get_one(models.Talent, samples["owner"])
        talent.languages, talent.categories = ["de", "en"], [TalentCategory.EXCELLENT_YOUNG.value]
        session.get_one(models.Investor, samples["rival"]).project_kinds = [ProjectKind.FUND.value]
        session.add(models.TalentConcept(talent_id=samples["owner"], concept_id=samples["medicine"]))
        session.add(models.OrganisationConcept(organisation_id=samples["organisation"], concept_id=samples["medicine"]))
    for name, given, expected in CASES:
        assert listed(ask, samples, name, given) == set(expected.split()), (name, given)


@pytest.mark.parametrize("field", ["createdAt", "updatedAt"])
def test_every_connection_is_filtered_by_time(ask: Ask, samples: SampleRecords, field: str) -> None:
    def counts(bound: str) -> dict[str, int]:
        fields = " ".join(
            f'{camel(many)}(filter: {{{field}: {{{bound}: "2001-01-01T00:00:00Z"}}}}) {{ totalCount }}'
            for _, many in LISTED.values()
        )
        return {name: page["totalCount"] for name, page in ask(f"{{ {fields} }}", {}, samples.as_(Role.ADMIN)).items()}

    assert set(counts("atMost").values()) == {0}
    assert counts("atLeast")["projects"] >= 5
