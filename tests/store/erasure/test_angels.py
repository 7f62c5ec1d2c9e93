"""Erasing a business angel, and the names of keys, leaves nothing of the person and says what stays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from store import erasure
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import FundingStage, InterestKind, InvestorType, MatchStage, PlaceType, Role
from store.models import (
    ApiKey,
    ExternalId,
    Interest,
    Investment,
    Investor,
    InvestorTrack,
    Match,
    MatchStep,
    Place,
    Programme,
    Project,
    RankingSnapshot,
    Talent,
    Track,
)
from tests.store.erasure.test_erasure import whole_content

ACTOR = Actor.system("test")
SECRETS = ("Quillfeather", "奥特琳", "Glassblowing", "shy of funds", "quill.example", "777001", "666001", "her first",
           "call her brother", "she moved", "deal-77", "close to glassblowing", "fond of glass")  # fmt: skip


def told(sentence: str, identifier: str = "prj_1") -> dict[str, Any]:
    """A line of a kept ranking with a sentence wherever there may be one."""
    text = {"en": sentence}
    gates, parts = [{"gate": "stage", "reason": text}], [{"block": "text", "points": 1.0, "reason": text}]
    return {"id": identifier, "rank": 1, "score": 62.5, "contributions": parts, "gates": gates, "reasons": [text]}


@pytest.fixture
def angel(database: Database) -> str:
    """The id of an angel with a mandate, an answer, an investment, and keys of its own and of another."""
    with database.write(ACTOR) as session:
        investor = Investor(
            name={"en": "Ottoline Quillfeather", "zh": "奥特琳"},
            type=InvestorType.ANGEL,
            thesis={"en": "Glassblowing"},
            website="https://quill.example",
        )
        project, programme = Project(name={"en": "Jars"}), Programme(name={"en": "Fair"})
        session.add_all([investor, project, programme])
        session.flush()
        track = Track(programme_id=programme.id, code="G", ordinal=1, name={"en": "Glass"})
        place = Place(name={"en": "Example town"}, type=PlaceType.COUNTRY)
        investment = Investment(
            investor_id=investor.id,
            project_id=project.id,
            stage=FundingStage.SEED,
            invested="2022-03",
            amount=Decimal(777001),
            currency="CNY",
            stated_amount=Decimal(666001),
            stated_currency="USD",
            quote="her first",
        )
        match = Match(
            subject_id=investor.id,
            project_id=project.id,
            stage=MatchStage.MET,
            note="call her brother",
            reason="she moved",
        )
        session.add_all([track, place, investment, match])
        session.flush()
        session.add(MatchStep(match_id=match.id, stage=MatchStage.MET, happened="2022-01"))
        own: dict[str, Any] = {"model_version": "prior-1", "weights": {}, "data_position": 1}
        session.add_all(
            [
                InvestorTrack(investor_id=investor.id, track_id=track.id),
                Interest(subject_id=investor.id, project_id=project.id, kind=InterestKind.PASS, note="shy of funds"),
                Interest(subject_id=place.id, project_id=project.id, kind=InterestKind.LIKE, note="of a place"),
                investment,
                match,
                RankingSnapshot(subject_id=investor.id, items=[told("close to glassblowing")], target="PROJECT", **own),
                RankingSnapshot(
                    subject_id=project.id,
                    items=[told("fond of glass", investor.id), told("of another")],
                    target="INVESTOR",
                    **own,
                ),
                ExternalId(entity_type="investment", namespace="test", value="deal-77", entity_id=investment.id),
                ExternalId(entity_type="investor", namespace="test", value="Quillfeather", entity_id=investor.id),
            ]
        )
        keys.create(session, Role.INVESTOR, "Quillfeather's phone", investor.id)
        keys.create(session, Role.ORGANISER, "shared by ottoline quillfeather and others")
    return investor.id


def test_nothing_of_an_angel_is_left_but_what_it_says(database: Database, angel: str) -> None:
    before = whole_content(database)
    assert all(secret in before for secret in SECRETS)
    with database.write(ACTOR) as session:
        done = erasure.erase_angel(session, angel)
    left = whole_content(database)
    assert not [secret for secret in SECRETS if secret.lower() in left.lower()]
    assert (done.keys, done.named_keys, done.external_ids) == (1, 1, 2)
    assert done.left == (
        "1 rows of investment, the history of projects, refer to the empty record: with project, round and date; "
        "without amount, role, quote and source",
        "1 rows of match, the history of projects, refer to the empty record: with project and stages; without note "
        "and reason",
    )
    assert "of a place" in left
    assert "of another" in left
    with database.read() as session:
        investor = session.get_one(Investor, angel)
        assert (investor.name, investor.thesis, investor.website) == ({}, None, None)
        assert investor.archived_at is not None
        investment, match = session.query(Investment).one(), session.query(Match).one()
        assert (investment.investor_id, investment.stage, str(investment.invested)) == (angel, "SEED", "2022-03")
        assert (match.subject_id, match.stage, match.note) == (angel, MatchStage.MET, None)
        assert (match.version, match.public_version) == (2, 2)
        assert [(step.stage, str(step.happened)) for step in session.query(MatchStep)] == [(MatchStage.MET, "2022-01")]
        [ranking] = session.query(RankingSnapshot)
        line = ranking.items[0]
        assert (line["id"], line["rank"], line["score"]) == (angel, 1, 62.5)
        names = {key.role: (key.name, key.revoked_at is None) for key in session.query(ApiKey)}
        assert names == {
            Role.INVESTOR: ("", False),
            Role.ORGANISER: ("shared by [erased] and others", True),
        }


def test_an_investor_that_is_no_person_is_refused(database: Database) -> None:
    with database.write(ACTOR) as session:
        fund = Investor(name={"en": "Fund"}, type=InvestorType.ANGEL_FUND)
        session.add(fund)
        session.flush()
        with pytest.raises(erasure.ErasureError, match="ANGEL_FUND, not a person"):
            erasure.erase_angel(session, fund.id)


def test_keys_named_by_a_talents_address_get_another_name(database: Database) -> None:
    with database.write(ACTOR) as session:
        talent = Talent(name={"en": "Ott"}, email="ottoline@example.org")
        session.add(talent)
        session.flush()
        keys.create(session, Role.ORGANISER, "script of ottoline@example.org")
        keys.create(session, Role.REVIEWER, "Ottery city")
    with database.write(ACTOR) as session:
        assert erasure.erase_talent(session, talent.id).named_keys == 1
    assert "ottoline" not in whole_content(database)
    with database.read() as session:
        assert sorted(key.name for key in session.query(ApiKey)) == ["Ottery city", "script of [erased]"]
