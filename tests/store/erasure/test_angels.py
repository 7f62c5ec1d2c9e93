"""Erasing a business angel, and the names of keys, leaves nothing of the person and says what stays."""

from __future__ import annotations

import pytest

from store import erasure
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import InterestKind, InvestorType, Role
from store.models import (
    ApiKey,
    ExternalId,
    Interest,
    Investment,
    Investor,
    InvestorTrack,
    Programme,
    Project,
    Talent,
    Track,
)
from tests.store.erasure.test_erasure import whole_content

ACTOR = Actor.system("test")
SECRETS = ("Quillfeather", "奥特琳", "Glassblowing", "shy of funds", "quill.example")


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
        session.add(track)
        session.flush()
        session.add_all(
            [
                InvestorTrack(investor_id=investor.id, track_id=track.id),
                Interest(subject_id=investor.id, project_id=project.id, kind=InterestKind.PASS, note="shy of funds"),
                Investment(investor_id=investor.id, project_id=project.id),
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
    assert (done.keys, done.named_keys, done.external_ids) == (1, 1, 1)
    assert [each.split(",")[0] for each in done.left] == ["1 rows of investment"]
    with database.read() as session:
        investor = session.get_one(Investor, angel)
        assert (investor.name, investor.thesis, investor.website) == ({}, None, None)
        assert investor.archived_at is not None
        assert session.query(Investment).one().investor_id == angel
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
