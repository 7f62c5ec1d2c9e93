"""Terms that no vocabulary knows: decided once, for every record and for later imports."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import load
from store.enums import AssignmentOrigin, Role, TermState
from tests.schema.domain.accounts.test_tenancy import position
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords
from tests.store.imports.support import run as imported
from tests.store.imports.support import table

MAP = """mutation ($id: ID!, $concept: ID!, $dry: Boolean! = false, $state: TermState) {
    mapUnmappedTerm(id: $id, concept: $concept, dryRun: $dry, ifState: $state) {
        terms { id state concept { id } entity { id } } userErrors { code message field } } }"""
DECIDE = """mutation ($id: ID!) {{ {name}(id: $id, everywhere: false) {{
    terms {{ id state }} userErrors {{ code message field }} }} }}"""
SCHEME = """
- entity: ConceptScheme
  key: open
  name: {en: Open}
  open_ended: true
  concepts: [{notation: ai, name: {en: AI}}]
"""


def test_a_term_is_mapped_on_every_record_that_was_given_it(
    run: Run, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("tests")) as session:
        session.add(models.UnmappedTerm(entity_id=samples["bank"], term="Photonics"))
        session.add(models.UnmappedTerm(entity_id=samples["owner"], term="photonics"))
        session.add(models.UnmappedTerm(entity_id=samples["owner"], term="glass"))
    before = position(database)
    variables = {"id": samples["term"], "concept": samples["medicine"]}
    tried = answer(run(MAP, variables | {"dry": True}, samples.as_(Role.ORGANISER)))
    assert len(tried["terms"]) == 3
    assert position(database) == before
    mapped = answer(run(MAP, variables | {"state": "OPEN"}, samples.as_(Role.ORGANISER)))["terms"]
    assert mapped[0]["id"] == samples["term"]
    assert {each["entity"]["id"] for each in mapped} == {samples["lidar"], samples["bank"], samples["owner"]}
    assert {(each["state"], each["concept"]["id"]) for each in mapped} == {("MAPPED", samples["medicine"])}
    with database.read() as session:
        link = models.ProjectConcept
        linked = session.scalars(select(link).where(link.concept_id == samples["medicine"])).all()
        assert {each.project_id: each.origin for each in linked}[samples["bank"]] is AssignmentOrigin.CONFIRMED
        assert session.scalar(select(models.TalentConcept.talent_id)) == samples["owner"]
        log = session.scalars(select(models.Change).where(models.Change.sequence > before)).all()
    assert {each.entity_type for each in log} == {"unmapped_term", "project_concept", "talent_concept"}
    assert problems(run(MAP, variables | {"state": "OPEN"}, samples.as_(Role.ORGANISER))) == [("CONFLICT", "ifState")]
    assert answer(run(MAP, variables, samples.as_(Role.ORGANISER)))["userErrors"] == [], "the same again"
    listed = run("{ unmappedTerms(filter: {state: [OPEN]}) { nodes { term } } }", {}, samples.as_(Role.ORGANISER)).data
    assert listed == {"unmappedTerms": {"nodes": [{"term": "glass"}]}}


def test_a_term_is_rejected_and_reopened(run: Run, samples: SampleRecords) -> None:
    for name, state in (("rejectUnmappedTerm", "REJECTED"), ("reopenUnmappedTerm", "OPEN")):
        done = answer(run(DECIDE.format(name=name), {"id": samples["term"]}, samples.as_(Role.ORGANISER)))
        assert done == {"terms": [{"id": samples["term"], "state": state}], "userErrors": []}
        assert problems(run(DECIDE.format(name=name), {"id": "umt_0"}, samples.as_(Role.ORGANISER))) == [
            ("NOT_FOUND", "id")
        ]


def test_what_can_not_be_decided_is_told(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        of_place = models.UnmappedTerm(entity_id=samples["kunshan"], term="x")
        session.add(of_place)
    gone = {"id": samples["term"], "concept": samples["track_concept"]}
    assert problems(run(MAP, gone, samples.as_(Role.ORGANISER))) == [("NOT_FOUND", "concept")]
    without = {"id": of_place.id, "concept": samples["medicine"]}
    assert problems(run(MAP, without, samples.as_(Role.ORGANISER))) == [("BAD_USER_INPUT", "id")]


def test_imports_follow_what_was_decided(run: Run, samples: SampleRecords, database: Database, tmp_path: Path) -> None:
    document = tmp_path / "scheme.yaml"
    document.write_text(SCHEME, encoding="utf-8")
    with database.write(Actor.system("data")) as session:
        load(session, [document], "source")
    mapping = {"columns": {"fields": {"field": "concepts", "scheme": "source:open"}}}

    def import_project(number: int, fields: str) -> tuple[set[str], dict[str, TermState]]:
        """The concepts of the project and its terms."""
        path = table(tmp_path / "projects.csv", [["id", "name", "fields"], [str(number), f"P{number}", fields]])
        imported(database, path, mapping=mapping)
        with database.read() as session:
            project = session.scalars(
                select(models.ExternalId.entity_id).where(
                    models.ExternalId.value == str(number), models.ExternalId.entity_type == "project"
                )
            ).one()
            link, term = models.ProjectConcept, models.UnmappedTerm
            concepts = set(session.scalars(select(link.concept_id).where(link.project_id == project)))
            terms = session.scalars(select(term).where(term.entity_id == project))
            return concepts, {each.term: each.state for each in terms}

    assert import_project(1, "Quantum; Magic") == (set(), {"Quantum": TermState.OPEN, "Magic": TermState.OPEN})
    with database.read() as session:
        ids = {each.term: each.id for each in session.scalars(select(models.UnmappedTerm))}
    run(MAP, {"id": ids["Quantum"], "concept": samples["devices"]}, samples.as_(Role.ORGANISER))
    run(DECIDE.format(name="rejectUnmappedTerm"), {"id": ids["Magic"]}, samples.as_(Role.ORGANISER))
    assert import_project(2, "QUANTUM; magic") == ({samples["devices"]}, {"magic": TermState.REJECTED})
    concepts, terms = import_project(1, "Quantum; Magic; Sound")
    assert concepts == {samples["devices"]}
    assert terms == {"Quantum": TermState.MAPPED, "Magic": TermState.REJECTED, "Sound": TermState.OPEN}
