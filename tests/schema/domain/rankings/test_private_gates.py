"""What one side decided in private can't be read from any answer to the other side: not by a name that is missing,
a number, a rank, or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult

from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.changes import read_changes
from store.database import Database
from store.enums import MatchStage, Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

Run = Callable[..., ExecutionResult]

EDGE = """rank score contributions { block points declared history known reason } reasons
    gates { gate passed reason } node { id name } cursor"""
PAGE = f"totalCount gatedCount pageInfo {{ hasNextPage endCursor }} edges {{ {EDGE} }}"
ASKED = f"""query ($project: ID!, $investor: ID!, $place: ID!) {{
  project(id: $project) {{
    rankedInvestors(first: 100) {{ {PAGE} }}
    few: rankedInvestors(first: 1, options: {{excludePassed: false, excludeSeen: true}}) {{ {PAGE} }}
    some: rankedInvestors(filter: {{id: [$investor]}}) {{ {PAGE} }}
    rankedPlaces {{ {PAGE} }} similar {{ {PAGE} }}
    interests {{ totalCount }} matches {{ totalCount }} match {{ stage }} version updatedAt
  }}
  investor(id: $investor) {{ version updatedAt mandate {{ excludedIndustries {{ id }} excludedPlaces {{ id }} }} }}
  fit(project: $project, counterpart: $place) {{
    score passed standing {{ rank total }} gates {{ gate passed reason }} contributions {{ block points }}
  }}
  whyNot(project: $project, counterpart: $place) {{ gate reason }}
  ofTheInvestor: whyNot(project: $project, counterpart: $investor) {{ gate reason }}
  fitOfTheInvestor: fit(project: $project, counterpart: $investor) {{ passed }}
  fitMatrix(places: [$place], projects: [$project]) {{ rows {{ cells {{ score }} }} }}
  exposures {{ totalCount }} rankingSnapshots {{ totalCount }}
  investors(filter: {{search: "optics"}}) {{ totalCount }}
}}"""


@pytest.fixture
def services(database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(database, settings=settings)
    return Services(database, settings, schema.registry, recommender=recommender)


def _exclusion(samples: SampleRecords) -> models.Identified:
    return models.InvestorExclusion(investor_id=samples["investor"], project_id=samples["lidar"])


def _organisation(samples: SampleRecords) -> models.Identified:
    return models.InvestorExclusion(investor_id=samples["investor"], organisation_id=samples["organisation"])


def _pass(samples: SampleRecords) -> models.Identified:
    return models.Interest(subject_id=samples["dalian"], project_id=samples["lidar"], kind="PASS")


def _short_list(samples: SampleRecords) -> models.Identified:
    return models.Match(subject_id=samples["dalian"], project_id=samples["lidar"], stage=MatchStage.SHORTLISTED)


def _exposure(samples: SampleRecords) -> models.Identified:
    return models.Exposure(subject_id=samples["dalian"], project_id=samples["lidar"], channel="mail")


def _snapshot(samples: SampleRecords) -> models.Identified:
    return models.RankingSnapshot(subject_id=samples["dalian"], target="PROJECT", model_version="1", weights={},
                                  data_position=1, items=[{"id": samples["lidar"]}])  # fmt: skip


def _owner_reads(run: Run, samples: SampleRecords, services: Services) -> bytes:
    services.recommender.refresh()  # type: ignore[union-attr]
    given = {"project": samples["lidar"], "investor": samples["investor"], "place": samples["dalian"]}
    result = run(ASKED, given, samples.as_(Role.TALENT))
    errors = [error.formatted for error in result.errors or ()]
    assert {error["extensions"]["code"] for error in errors} == {"FORBIDDEN"}, errors
    return orjson.dumps({"data": result.data, "errors": errors})


@pytest.mark.parametrize(
    "decide", [_exclusion, _organisation, _pass, _short_list, _exposure, _snapshot],
    ids=lambda decide: decide.__name__.strip("_"),
)  # fmt: skip
def test_an_owner_reads_the_same_bytes_whatever_was_decided_in_private(
    run: Run,
    samples: SampleRecords,
    services: Services,
    database: Database,
    decide: Callable[[SampleRecords], models.Identified],
) -> None:
    before = _owner_reads(run, samples, services)
    with database.write(Actor.system("tests")) as session:
        position = read_changes(session, 0, limit=10_000)[-1].sequence
        session.add(decide(samples))
    assert _owner_reads(run, samples, services) == before
    with database.read() as session:
        owners = {change.owner_id for change in read_changes(session, position)}
    assert samples["lidar"] not in owners, "no event of the project tells of it"


def gated(run: Run, samples: SampleRecords, actor: Actor, query: str) -> Mapping[str, Any]:
    result = run(query, {"project": samples["lidar"], "investor": samples["investor"]}, actor)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


@pytest.mark.parametrize("decide", [_exclusion, _organisation])
def test_for_the_side_that_declared_it_and_for_organisers_it_holds(
    run: Run,
    samples: SampleRecords,
    services: Services,
    database: Database,
    decide: Callable[[SampleRecords], models.Identified],
) -> None:
    with database.write(Actor.system("tests")) as session:
        session.add(decide(samples))
    services.recommender.refresh()  # type: ignore[union-attr]
    query = """query ($project: ID!, $investor: ID!) {
      whyNot(project: $project, counterpart: $investor) { gate }
      fit(project: $project, counterpart: $investor) { passed }
      investor(id: $investor) { rankedProjects { edges { node { id } } } }
    }"""
    for role in (Role.INVESTOR, Role.ORGANISER):
        data = gated(run, samples, samples.as_(role), query)
        assert data["whyNot"] == [{"gate": "exclusions"}]
        assert data["fit"] == {"passed": False}
        assert samples["lidar"] not in [edge["node"]["id"] for edge in data["investor"]["rankedProjects"]["edges"]]
    organisers = "query ($project: ID!) { project(id: $project) { rankedInvestors { edges { node { id } } } } }"
    edges = gated(run, samples, samples.as_(Role.ORGANISER), organisers)["project"]["rankedInvestors"]["edges"]
    assert samples["investor"] not in [edge["node"]["id"] for edge in edges]


def test_what_a_mandate_says_in_public_is_a_gate_for_everybody(
    run: Run, samples: SampleRecords, services: Services, database: Database
) -> None:
    query = """query ($project: ID!) { project(id: $project) { rankedInvestors(first: 100) {
        gatedCount edges { node { id } gates { gate } } } } }"""
    owner = samples.as_(Role.TALENT)
    before = gated(run, samples, owner, query)["project"]["rankedInvestors"]
    assert samples["investor"] in [edge["node"]["id"] for edge in before["edges"]]
    assert {"exclusions", "passed", "seen"}.isdisjoint(
        gate["gate"] for edge in before["edges"] for gate in edge["gates"]
    )
    with database.write(Actor.system("tests")) as session:
        session.add(
            models.InvestorConcept(investor_id=samples["investor"], concept_id=samples["devices"], excluded=True)
        )
    services.recommender.refresh()  # type: ignore[union-attr]
    after = gated(run, samples, owner, query)["project"]["rankedInvestors"]
    assert samples["investor"] not in [edge["node"]["id"] for edge in after["edges"]]
    assert after["gatedCount"] == before["gatedCount"] + 1
