"""Print points against processor time for each kind of field, to check the prices in `schema/cost`."""

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import select

from api.assembly.rooms import Assembly, assemble
from api.operations.settings import Limits, ServerSettings
from api.requests.answers import Caller
from api.requests.documents import Documents
from api.requests.request import GraphQLRequest
from benchmarks.what_if import grow
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.running import executed
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.values import ids

LEAST = 50e-6
"""Seconds below which a difference of two measurements says nothing: such a kind is shown, not judged."""
FACTOR = 3.0
"""Maximum factor between the time of a point and the mean of all kinds, which is geometric, either way."""
EXPLAINED = "edges { rank score reasons contributions { block points } node { id name } }"


@dataclass(frozen=True)
class Kind:
    """A kind of field: an operation with little else in it, and the variables of one run."""

    name: str
    text: str
    variables: Callable[[int], Mapping[str, Any]] = lambda run: {}


NOTHING = Kind("nothing", "query ($id: ID!) { project(id: $id) { name } }", lambda run: {"id": ids.new_id("prj")})
"""What every operation costs: it is found, and asks the database once. Prices are of what comes on top."""


@dataclass(frozen=True)
class Measured:
    """A kind's price, and the median of its processor time in seconds."""

    name: str
    points: int
    seconds: float


def weights(run: int) -> list[dict[str, Any]]:
    """Return new weights in each run."""
    return [{"block": "industry", "weight": 1 + run / 100}]


def bulk(size: int, again: bool) -> Callable[[int], Mapping[str, Any]]:
    """Return rows of an upsert: new ones in each run, or the same that each run changes."""

    def rows(run: int) -> Mapping[str, Any]:
        names = (f"bench:{size}-{0 if again else run}-{at}" for at in range(size))
        name = [{"language": "EN", "text": f"Number {run}"}]
        return {"rows": [{"externalId": each, "input": {"name": name, "keywords": ["a", "b"]}} for each in names]}

    return rows


def kinds(known: Mapping[str, Any]) -> list[Kind]:
    """Return every kind of field that has a price of its own."""
    place, investor, project, places = known["place"], known["investor"], known["project"], known["places"]
    projects = known["projects"]

    def options(**given: Any) -> Callable[[int], Mapping[str, Any]]:
        return lambda run: {**given, "o": {"weights": weights(run)}, "w": weights(run)}

    pair = "project: $p, counterpart: $c"
    each = "query ($c: ID!, $p: ID!, $o: FitOptions) "
    ranked = "query ($s: ID!, $o: RankingOptions) "
    return [
        Kind("page of 100 rows", "{ projects(first: 100) { edges { node { id name summary } } } }"),
        Kind("page with relations",
             "{ projects(first: 100) { nodes { name origin { name } organisation { name } } } }"),
        Kind("page with lists", "{ projects(first: 50) { nodes { name tracks { name } industries { name } } } }"),
        Kind("page of pages", "{ places(first: 20) { nodes { name projects(first: 10) { nodes { name } } } } }"),
        Kind("page and count", '{ projects(filter: {search: "energy"}) { totalCount nodes { name } } }'),
        Kind("row by unique value", '{ places(filter: {code: ["320583"]}) { nodes { name } } }'),
        Kind("row by id", "query ($p: ID!) { project(id: $p) { name } }", lambda run: {"p": project}),
        Kind("20 rows by id", "query ($p: ID!) { " + " ".join(f"a{n}: project(id: $p) {{ name }}" for n in range(20))
             + " }", lambda run: {"p": project}),
        Kind("20 fits", each + "{ " + " ".join(f"a{n}: fit({pair}, options: $o) {{ score }}" for n in range(20)) + " }",
             options(c=place, p=project)),
        Kind("nodes", "query ($i: [ID!]!) { nodes(ids: $i) { id ... on Project { name } } }",
             lambda run: {"i": projects[:50]}),
        Kind("search", '{ search(query: "energy", first: 20) { nodes { id } } }'),
        Kind("search, marked", '{ search(query: "energy") { edges { highlights { text } node { id } } } }'),
        Kind("facets", "{ projectFacets { byTrack { total } byIndustry { total } byOrigin { total } } }"),
        Kind("list, one line", ranked + "{ place(id: $s) { rankedProjects(first: 1, options: $o) { nodes { id } } } }",
             options(s=place)),
        Kind("list, 20 lines", ranked + "{ place(id: $s) { rankedProjects(first: 20, options: $o) "
             "{ edges { score node { name } } } } }", options(s=place)),
        Kind("list, explained", ranked + f"{{ place(id: $s) {{ rankedProjects(first: 20, options: $o) "
             f"{{ {EXPLAINED} }} }} }}", options(s=place)),
        Kind("list, 100 explained", ranked + f"{{ investor(id: $s) {{ rankedProjects(first: 100, options: $o) "
             f"{{ {EXPLAINED} }} }} }}", options(s=investor)),
        Kind("list of investors", ranked + "{ project(id: $s) { rankedInvestors(first: 10, options: $o) "
             "{ edges { score node { name } } } } }", options(s=project)),
        Kind("list of places", ranked + "{ project(id: $s) { rankedPlaces(first: 10, options: $o) "
             "{ edges { score node { name } } } } }", options(s=project)),
        Kind("similar", "query ($s: ID!) { project(id: $s) { similar(first: 10) { edges { score node { name } } } } }",
             lambda run: {"s": projects[run % len(projects)]}),
        Kind("draft mandate", ranked + "{ investor(id: $s) { rankedProjects(first: 10, options: $o) "
             "{ nodes { id } } } }",
             lambda run: {"s": investor, "o": {"mandate": {
                 "thesis": [{"language": "EN", "text": f"Batteries for ships, number {run}"}]}}}),
        Kind("fit", each + f"{{ fit({pair}, options: $o) {{ score }} }}", options(c=place, p=project)),
        Kind("fit, explained", each + f"{{ fit({pair}, options: $o) {{ score reasons contributions {{ points }} }} }}",
             options(c=place, p=project)),
        Kind("standing", each + f"{{ fit({pair}, options: $o) {{ standing {{ rank }} }} }}",
             options(c=place, p=project)),
        Kind("counterfactual", each + f"{{ fit({pair}, options: $o) {{ counterfactual {{ possible }} }} }}",
             options(c=place, p=project)),
        Kind("whyNot", f"query ($c: ID!, $p: ID!) {{ whyNot({pair}) {{ gate }} }}",
             lambda run: {"c": place, "p": projects[run % len(projects)]}),
        Kind("matrix by track", "query ($i: [ID!]!, $w: [BlockWeightInput!]) { fitMatrix(places: $i, weights: $w) "
             "{ rows { scores } } }", options(i=places)),
        Kind("matrix of the best", "query ($i: [ID!]!, $w: [BlockWeightInput!]) { fitMatrix(places: $i, best: 100, "
             "weights: $w) { rows { scores } } }", options(i=places)),
        Kind("matrix, ordered", "query ($i: [ID!]!, $w: [BlockWeightInput!]) { fitMatrix(places: $i, best: 100, "
             "weights: $w) { rows { scores } rowOrder columnOrder } }", options(i=places)),
        Kind("fitByTrack", "query ($s: ID!) { place(id: $s) { fitByTrack { count } } }", lambda run: {"s": place}),
        Kind("gaps: priorities", "{ poolGaps { priorities { projectCount } } }"),
        Kind("gaps: needs", "{ poolGaps { needs { projectCount } } }"),
        Kind("gaps: unplaced", "{ poolGaps { unplaced(first: 20) { totalCount } } }"),
        Kind("gaps: bringers", "{ poolGaps { bringers { projectCount } } }"),
        Kind("map", "{ projectMap { x y track } }"),
        Kind("map with scores", "query ($s: ID!, $w: [BlockWeightInput!]) { projectMap(place: $s, weights: $w) "
             "{ x y score } }", options(s=place)),
        Kind("breakdowns", "{ claims(first: 50) { nodes { value breakdown { dimension } } } }"),
        Kind("ancestors", "{ places(first: 50) { nodes { path { name } } } }"),
        Kind("capabilities", "{ capabilities { limits { name } plugins { name } rules { on } } }"),
        Kind("matrix, large", "query ($i: [ID!]!, $w: [BlockWeightInput!]) { fitMatrix(places: $i, best: 300, "
             "weights: $w) { rows { scores } } }", options(i=known["many"])),
        Kind("conditions", "query ($f: ProjectFilter) { projects(filter: $f) { nodes { id } } }",
             lambda run: {"f": {"or": [{"technologyReadiness": {"atLeast": run + n}} for n in range(300)]}}),
        Kind("keep a list", "mutation ($s: ID!) { keepRanking(subject: $s) { snapshot { id } } }",
             lambda run: {"s": investor}),
        Kind("write", "mutation ($p: ID!, $n: String!) { updateProject(id: $p, "
             "input: {name: [{language: EN, text: $n}]}) { project { id } } }",
             lambda run: {"p": project, "n": f"Number {run}"}),
        *(Kind(f"bulk, {size} {verb}", "mutation ($rows: [ProjectUpsert!]!) { upsertProjects(rows: $rows) "
               "{ writtenCount } }", bulk(size, again)) for size, verb, again in
          ((1, "created", False), (20, "created", False), (200, "created", False), (200, "changed", True))),
    ]  # fmt: skip


def measure(assembly: Assembly, documents: Documents, kinds: Sequence[Kind], runs: int) -> list[Measured]:
    """Run all kinds in turn, `runs` times, so that whatever else the machine does meets all of them alike.

    Each run has arguments of its own: nothing is answered from what another kind has left in memory.
    """
    points = [0] * len(kinds)
    times: list[list[float]] = [[] for _ in kinds]
    for run in range(runs + 2):
        for place, kind in enumerate(kinds):
            points[place], taken = once(assembly, documents, kind, run * len(kinds) + place)
            if run > 1:
                times[place].append(taken)
    return [
        Measured(kind.name, cost, statistics.median(taken))
        for kind, cost, taken in zip(kinds, points, times, strict=True)
    ]


def once(assembly: Assembly, documents: Documents, kind: Kind, run: int) -> tuple[int, float]:
    """Return points and processor time of one run."""
    actor, variables = Actor(Role.ORGANISER), dict(kind.variables(run))
    request = GraphQLRequest(query=kind.text, operation_name=None, variables=variables)
    operation = documents.find(request, actor.role)

    def opened() -> Any:
        return assembly.open_context(actor, Caller())

    began = time.process_time()
    try:
        assert assembly.compiled is not None
        node = operation.document.node
        answered = assembly.compiled.execute(
            operation.document.text, node, operation.node, Call(actor, (), variables, opened)
        )
        errors = answered.errors
    except NotCompilable:
        with opened() as context:
            errors = executed(assembly.schema, operation.document.node, context, variables=variables).errors or ()
    taken = time.process_time() - began
    assert not errors, (kind.name, errors)
    return operation.cost, taken


def named(database: Database) -> dict[str, Any]:
    """Return the ids asked for."""
    with database.read() as session:
        offered = select(models.Project.id).where(models.Project.archived_at.is_(None)).order_by(models.Project.id)
        stated = select(models.IndustryPriority.place_id).distinct()
        return {
            "place": session.scalars(select(models.Place.id).where(models.Place.code == "320583")).one(),
            "investor": session.scalars(select(models.Investor.id).order_by(models.Investor.id)).first(),
            "project": session.scalars(offered).first(),
            "projects": session.scalars(offered.limit(100)).all(),
            "places": session.scalars(stated).all()[:20],
            "many": session.scalars(select(models.Place.id).limit(300)).all(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--projects", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    os.environ["ROADSHOW_ENCODE_IN_BACKGROUND"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        with sqlite3.connect(options.database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        database = Database(f"sqlite:///{copy}")
        grow(database, options.projects)
        assembly = assemble(ServerSettings(database_url=f"sqlite:///{copy}", limits=Limits(cost=10**9)))
        assert assembly.recommender is not None
        assembly.recommender.snapshot()
        documents = Documents(assembly.schema, assembly.settings)
        every = kinds(named(database))
        reads = [kind for kind in every if kind.text.startswith(("query", "{"))]
        nothing, *measured = measure(assembly, documents, [NOTHING, *reads], options.runs)
        for kind in every[len(reads) :]:  # after a write rankings are made anew, which isn't the next kind's work
            measured += measure(assembly, documents, [kind], options.runs)
        measured = [replace(each, seconds=max(each.seconds - nothing.seconds, 0.0)) for each in measured]
        assembly.close()
        database.dispose()
    middle = statistics.geometric_mean(each.seconds / each.points for each in measured if each.seconds >= LEAST)
    print(f"{options.projects} projects; a point is {1e3 * middle:.3f} ms of processor time\n")
    print(f"{'kind':<22}{'points':>8}{'ms':>10}{'ms/point':>10}{'x':>7}")
    beyond = 0
    for each in measured:
        ratio = each.seconds / each.points / middle
        wrong = each.seconds >= LEAST and not 1 / FACTOR <= ratio <= FACTOR
        beyond += wrong
        taken = 1e3 * each.seconds
        print(f"{each.name:<22}{each.points:>8}{taken:>10.2f}{taken / each.points:>10.3f}{ratio:>7.2f}{' !' * wrong}")
    sys.exit(f"{beyond} kinds are beyond a factor of {FACTOR:g}" if beyond else 0)


if __name__ == "__main__":
    main()
