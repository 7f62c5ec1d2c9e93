"""Requests for corrections: asked for by readers, decided by those who may change the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from schema.declarations.entities import CORE
from schema.domain.corrections import mutations
from schema.domain.corrections.values import correctable, text_as_given, value_as_text
from schema.domain.shared.inputs.values import put
from store import models
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import FundingStage, Role
from store.erasure import erase_talent
from store.erasure.accounts import erase_account
from store.models.base import now
from tests.schema.domain.accounts.test_tenancy import Tenants, position
from tests.schema.domain.accounts.test_tenancy import tenants as tenants  # a fixture
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

ASK = """mutation ($subject: ID!, $field: String!, $proposed: String, $language: LanguageTag, $reason: String! = "x",
                   $source: String, $dry: Boolean! = false, $key: String) {
    requestCorrection(subject: $subject, field: $field, proposed: $proposed, language: $language, reason: $reason,
                      sourceUrl: $source, dryRun: $dry, idempotencyKey: $key) {
        correctionRequest { id state present proposed mine }
        userErrors { code message field } } }"""
ACCEPT = """mutation ($id: ID!, $version: Int, $answer: String) {
    acceptCorrection(id: $id, ifVersion: $version, answer: $answer) {
        correctionRequest { state answer decidedAt } userErrors { code message field } } }"""
DECLINE = """mutation ($id: ID!, $answer: String! = "It is right.") { declineCorrection(id: $id, answer: $answer) {
    correctionRequest { state answer } userErrors { code message field } } }"""
WITHDRAW = """mutation ($id: ID!) { withdrawCorrection(id: $id) {
    correctionRequest { state } userErrors { code message field } } }"""
LIST = """{ correctionRequests(orderBy: [{field: CREATED_AT}]) { nodes {
    id field state answer askedBy mine subject { id } } } }"""


@pytest.fixture
def asker(database: Database, samples: SampleRecords) -> Actor:
    """An investor who signed in with an account of its own."""
    with database.write(Actor.system("tests")) as session:
        account = models.Account(name="Ivy Example", email="ivy@example.org")
        session.add(account)
    return replace(samples.as_(Role.INVESTOR), id=account.id, account_id=account.id)


def ask(run: Run, actor: Actor, subject: str, **given: Any) -> Any:
    return run(ASK, {"subject": subject, **given}, actor)


def asked(run: Run, actor: Actor, subject: str, **given: Any) -> dict[str, Any]:
    found = answer(ask(run, actor, subject, **given))
    assert found["userErrors"] == []
    request: dict[str, Any] = found["correctionRequest"]
    return request


def listed(run: Run, actor: Actor | None) -> dict[str, dict[str, Any]]:
    nodes = run(LIST, {}, actor).data["correctionRequests"]["nodes"]  # type: ignore[index]
    return {each["id"]: each for each in nodes}


def test_an_accepted_request_changes_the_record(
    run: Run, samples: SampleRecords, database: Database, asker: Actor
) -> None:
    request = asked(run, asker, samples["lidar"], field="summary", language="en", proposed="Lidar for surgeons",
                    reason="They say so themselves.", source="https://beam.example/about")  # fmt: skip
    assert (request["state"], request["present"], request["mine"]) == ("RECEIVED", "Lidar for operating theatres", True)
    start = position(database)
    owner = samples.as_(Role.TALENT)
    done = answer(run(ACCEPT, {"id": request["id"], "answer": "Thank you."}, owner))
    assert done["userErrors"] == []
    assert (done["correctionRequest"]["state"], bool(done["correctionRequest"]["decidedAt"])) == ("ACCEPTED", True)
    query = "query ($id: ID!) { project(id: $id) { en: summary(lang: [EN]) zh: summary(lang: [ZH]) } }"
    found = run(query, {"id": samples["lidar"]}).data
    assert found == {"project": {"en": "Lidar for surgeons", "zh": "手术室激光雷达"}}, "the other language stays"
    with database.read() as session:
        log = session.scalars(select(models.Change).where(models.Change.sequence > start)).all()
    assert {(each.entity_type, each.actor_id) for each in log} == {
        ("project", owner.id), ("correction_request", owner.id),
    }  # fmt: skip
    told = listed(run, asker)[request["id"]]
    assert (told["state"], told["answer"]) == ("ACCEPTED", "Thank you.")
    assert listed(run, samples.as_(Role.ORGANISER))[request["id"]]["askedBy"] == "Ivy Example"
    assert problems(run(ACCEPT, {"id": request["id"]}, owner)) == [("CONFLICT", "id")], "decided once"


def test_a_field_that_changed_since_is_told(run: Run, samples: SampleRecords, asker: Actor) -> None:
    organiser, lidar = samples.as_(Role.ORGANISER), samples["lidar"]
    request = asked(run, asker, lidar, field="fundingStage", proposed="series_a")
    change = "mutation ($id: ID!) { updateProject(id: $id, input: {fundingStage: ANGEL}) { project { version } } }"
    version = answer(run(change, {"id": lidar}, organiser))["project"]["version"]
    result = run(ACCEPT, {"id": request["id"]}, organiser)
    assert problems(result) == [("CONFLICT", "id")]
    assert "'ANGEL'" in answer(result)["userErrors"][0]["message"]
    assert problems(run(ACCEPT, {"id": request["id"], "version": version - 1}, organiser)) == [
        ("CONFLICT", "ifVersion")
    ]
    assert answer(run(ACCEPT, {"id": request["id"], "version": version}, organiser))["userErrors"] == []
    stage = run("query ($id: ID!) { project(id: $id) { fundingStage } }", {"id": lidar}).data
    assert stage == {"project": {"fundingStage": "SERIES_A"}}


def test_a_request_is_declined_or_withdrawn(run: Run, samples: SampleRecords, asker: Actor) -> None:
    organiser, lidar = samples.as_(Role.ORGANISER), samples["lidar"]
    request = asked(run, asker, lidar, field="founded", proposed="2020")
    assert problems(run(DECLINE, {"id": request["id"], "answer": " "}, organiser)) == [("BAD_USER_INPUT", "answer")]
    assert answer(run(DECLINE, {"id": request["id"]}, organiser))["correctionRequest"] == {
        "state": "DECLINED", "answer": "It is right.",
    }  # fmt: skip
    assert run("query ($id: ID!) { project(id: $id) { founded { text } } }", {"id": lidar}).data == {
        "project": {"founded": {"text": "2021-03"}}
    }
    again = asked(run, asker, lidar, field="founded", proposed="2020")
    assert problems(run(WITHDRAW, {"id": again["id"]}, organiser)) == [("NOT_FOUND", "id")], "only the asker does"
    assert answer(run(WITHDRAW, {"id": again["id"]}, asker))["correctionRequest"] == {"state": "WITHDRAWN"}
    assert problems(run(DECLINE, {"id": again["id"]}, organiser)) == [("CONFLICT", "id")]


def test_what_can_not_be_asked_is_told(
    run: Run, samples: SampleRecords, database: Database, asker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lidar, start = samples["lidar"], position(database)
    for subject, fields, fault in [
        (samples["draft"], {"field": "website"}, ("NOT_FOUND", "subject")),
        ("prj_0", {"field": "website"}, ("NOT_FOUND", "subject")),
        (samples["like"], {"field": "kind"}, ("BAD_USER_INPUT", "subject")),
        (lidar, {"field": "nothing"}, ("BAD_USER_INPUT", "field")),
        (lidar, {"field": "externalIds", "proposed": "a:b"}, ("BAD_USER_INPUT", "field")),
        (lidar, {"field": "summary", "proposed": "x"}, ("BAD_USER_INPUT", "language")),
        (lidar, {"field": "founded", "proposed": "soon"}, ("BAD_USER_INPUT", "proposed")),
        (lidar, {"field": "founded", "proposed": "2021-03"}, ("BAD_USER_INPUT", "proposed")),
        (lidar, {"field": "origin", "proposed": samples["owner"]}, ("NOT_FOUND", "proposed")),
    ]:  # fmt: skip
        assert problems(ask(run, asker, subject, **fields)) == [fault], fields
    assert problems(run(ASK, {"subject": lidar, "field": "website"})) == [("FORBIDDEN", "")]
    assert answer(ask(run, asker, lidar, field="website", proposed="https://a.example", dry=True))["userErrors"] == []
    assert position(database) == start
    monkeypatch.setattr(mutations, "MOST_OPEN", 2)
    first = asked(run, asker, lidar, field="website", proposed="https://a.example", key="k")
    same = asked(run, asker, lidar, field="website", proposed="https://a.example", key="k")
    assert same["id"] == first["id"], "the same call again"
    assert problems(ask(run, asker, lidar, field="website", proposed="https://b.example")) == [("CONFLICT", "field")]
    asked(run, asker, lidar, field="founded")
    assert problems(ask(run, asker, lidar, field="origin")) == [("CONFLICT", "")], "too many at once"
    assert answer(run(WITHDRAW, {"id": first["id"]}, asker))["userErrors"] == []
    monkeypatch.setattr(mutations, "MOST_A_DAY", 2)
    assert problems(ask(run, asker, lidar, field="origin")) == [("CONFLICT", "")], "too many a day"
    with database.write(Actor.system("tests")) as session:
        request = models.CorrectionRequest
        session.execute(update(request).values(created_at=now() - timedelta(days=9)))
    asked(run, asker, lidar, field="origin")


def test_fields_that_can_be_corrected_are_told(run: Run, samples: SampleRecords, asker: Actor) -> None:
    query = "query ($id: ID!) { correctableFields(subject: $id) { name language present } }"
    found = run(query, {"id": samples["lidar"]}, asker).data["correctableFields"]  # type: ignore[index]
    present = {each["name"]: (each["language"], each["present"]) for each in found}
    assert present["summary"] == ("en", "Lidar for operating theatres")
    assert present["ask"] == (None, "1000000-5000000.5 CNY")
    assert present["origin"] == (None, samples["kunshan"])
    assert "fictional" not in present
    assert run(query, {"id": samples["draft"]}, asker).data == {"correctableFields": []}
    assert run(query, {"id": samples["lidar"]}).errors


def test_requests_are_for_the_asker_and_those_who_may_change_the_record(
    run: Run, samples: SampleRecords, tenants: Tenants, asker: Actor
) -> None:
    ours = asked(run, asker, tenants.ours["shown"], field="website", proposed="https://a.example")["id"]
    theirs = asked(run, asker, tenants.theirs["shown"], field="website", proposed="https://a.example")["id"]
    assert set(listed(run, asker)) == {ours, theirs}
    assert set(listed(run, tenants.actor)) == {ours}, "an organiser sees those of its programme"
    assert problems(run(ACCEPT, {"id": theirs}, tenants.actor)) == [("NOT_FOUND", "id")]
    assert problems(run(DECLINE, {"id": theirs}, tenants.actor)) == [("NOT_FOUND", "id")]
    assert answer(run(ACCEPT, {"id": ours}, tenants.actor))["userErrors"] == []
    for actor in (None, samples.as_(Role.REVIEWER), samples.as_(Role.PLANNER)):
        assert listed(run, actor) == {}
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert run(node, {"id": theirs}, tenants.actor).data == {"node": None}


def test_requests_go_with_the_person(run: Run, samples: SampleRecords, database: Database, asker: Actor) -> None:
    about = asked(run, asker, samples["owner"], field="name", language="en", proposed="Augusta Example")["id"]
    by = asked(run, asker, samples["lidar"], field="website", proposed="https://a.example", reason="Ivy says so")["id"]
    assert asker.account_id is not None
    with database.write(Actor.system("tests")) as session:
        erase_talent(session, samples["owner"])
        erase_account(session, asker.account_id)
    with database.read() as session:
        left = session.scalars(select(models.CorrectionRequest.id)).all()
        log = session.scalars(select(models.Change).where(models.Change.entity_id.in_([about, by])))
        assert not [each for each in log if each.before or each.after]
    assert left == [samples["correction"]]


AMOUNTS = st.decimals(0, 10**9, places=2)


@given(
    least=st.none() | AMOUNTS,
    more=st.none() | AMOUNTS,
    raised=st.none() | AMOUNTS,
    stage=st.none() | st.sampled_from(list(FundingStage)),
    founded=st.sampled_from([None, "2024", "2024-H1", "2024-07-mid", "2024-07-16", "--07"]),
    readiness=st.none() | st.integers(1, 9),
    summary=st.dictionaries(st.sampled_from(["en", "zh"]), st.text(min_size=1).filter(str.strip)),
)
def test_what_was_written_is_read_back(
    least: Decimal | None, more: Decimal | None, raised: Decimal | None, stage: FundingStage | None,
    founded: str | None, readiness: int | None, summary: dict[str, str],
) -> None:  # fmt: skip
    most = None if more is None else (least or Decimal()) + more
    currency = None if least is None and most is None else "CNY"
    row = models.Project(
        name={"en": "x"}, ask_min=least, ask_max=most, ask_currency=currency, raised_amount=raised,
        raised_currency=raised if raised is None else "EUR", funding_stage=stage, founded=founded,
        technology_readiness=readiness, summary=summary, keywords=["a", "b"],
    )  # fmt: skip
    for each in correctable(CORE["Project"]):
        if each.type == "ID" or not any(getattr(row, name) is not None for name in each.columns):
            continue
        text = value_as_text(each, row, "en")
        read = models.Project(name={"en": "x"}, summary=summary)
        put_back = text_as_given(each, row, text, "en")
        if not hasattr(each, "target"):
            put(read, each, put_back, ())
            assert value_as_text(each, read, "en") == text, each.name


def test_services_ask_by_their_key(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        key, _ = keys.create(session, Role.REVIEWER, "a service")
    service = replace(samples.as_(Role.REVIEWER), id=key.id)
    request = asked(run, service, samples["lidar"], field="website", proposed="https://a.example")
    assert listed(run, service)[request["id"]]["mine"] is True
    assert listed(run, samples.as_(Role.ADMIN))[request["id"]]["askedBy"] is None
