"""Erasing an account leaves no trace of the person; the export of personal data is complete."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import select, text

from store.access.accounts import AccountError, add_membership, create_account, held_by
from store.access.actors import Actor
from store.access.keys import create_for_account, verify
from store.accounts.invitations import invite
from store.accounts.personal_data import personal_data
from store.accounts.signing_in import actor_in, open_session, request_link, session_of
from store.enums import DocumentKind, MatchStage, Role, ScopeKind
from store.erasure import erase_talent
from store.erasure.accounts import erase_account
from store.jobs.queue import enqueue
from store.models import Account, Base, Change, Document, Investor, Match, Project, Talent, TeamMember
from store.values.ids import new_id

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")
NAME, EMAIL, KEY = "Ottoline Quillfeather", "ottoline@quillfeather.example", "Ottoline's script"
ASKED = "what only Ottoline would import"


def somebody(database: Database) -> tuple[str, str, str, str]:
    """The ids of an account and its talent, and the secrets of a session and a key; the person has written."""
    with database.write(ACTOR) as session:
        talent = Talent(name={"en": "T"})
        project = Project(name={"en": "P"}, owner_id=None)
        session.add_all([talent, project])
        session.flush()
        session.add(TeamMember(project_id=project.id, talent_id=talent.id))
        invite(session, EMAIL, Role.ADMIN, ScopeKind.INSTALLATION, name=NAME)
        account = create_account(session, EMAIL, NAME, ["en"], "Asia/Shanghai", talent.id)
        add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
        request_link(session, EMAIL, "192.0.2.1")
        secret = open_session(session, account, "A browser")
        held = held_by(session, account.id)[0]
        _, key = create_for_account(session, account, held, KEY)
        opened = session_of(session, secret)
        assert opened is not None
        actor = actor_in(session, opened)
    assert actor is not None
    with database.write(actor) as session:
        session.get_one(Project, project.id).keywords = ["written"]
        enqueue(session, "import", {"file": ASKED}, attempts=1)
    return account.id, talent.id, secret, key


def everything(database: Database) -> str:
    with database.read() as session:
        return "".join(str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in Base.metadata.tables)


@pytest.mark.parametrize("by_talent", [False, True])
def test_nothing_of_the_person_is_left(database: Database, by_talent: bool) -> None:
    account_id, talent_id, secret, key = somebody(database)
    assert all(each in everything(database) for each in (NAME, EMAIL, KEY, ASKED, "192.0.2.1"))
    with database.write(ACTOR) as session:
        if by_talent:
            assert erase_talent(session, talent_id).accounts == 1
        else:
            erase_account(session, account_id)
    left = everything(database)
    assert not [each for each in (NAME, EMAIL, KEY, ASKED, "192.0.2.1", "A browser") if each in left]
    with database.read() as session:
        assert session_of(session, secret) is None
        assert verify(session, key) is None
        assert held_by(session, account_id) == ()
        kept = session.get_one(Account, account_id)
        assert (kept.name, kept.email, kept.archived_at is not None) == ("", None, True)
        wrote = session.scalars(select(Change).where(Change.actor_id == account_id)).all()
        assert wrote, "the log still shows that one account wrote these"
        assert {each.actor_name for each in wrote} == {None}
    with database.write(ACTOR) as session:
        create_account(session, EMAIL, NAME)  # the address is free again


def test_an_unknown_account_is_named(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session, pytest.raises(AccountError, match="roadshow accounts list"):
        erase_account(session, new_id("acc"))


def test_personal_data_is_complete_and_without_secrets(database: Database) -> None:
    account_id, talent_id, secret, key = somebody(database)
    with database.write(ACTOR) as session:
        create_account(session, "other@example.org", "Somebody else")
        link = {"kind": DocumentKind.OTHER, "link": "https://a.example"}
        session.add_all([Document(subject_id=talent_id, **link), Document(subject_id="prj_0", **link)])
        session.add(Document(subject_id="prj_0", uploaded_by_id=account_id, credit="added by the person", **link))
    with database.read() as session:
        held = personal_data(session, session.get_one(Account, account_id))
    assert set(held) == {
        "account", "talent", "membership", "account_session", "api_key", "invitation", "team_member", "job", "change",
        "document",
    }  # fmt: skip
    assert held["account"][0]["email"] == EMAIL
    assert held["talent"][0]["id"] == talent_id
    assert held["api_key"][0]["name"] == KEY
    documents = {(each["subject_id"], each["credit"]) for each in held["document"]}
    assert documents == {(talent_id, None), ("prj_0", "added by the person")}
    assert any(each["actor_id"] == account_id for each in held["change"])
    exported = orjson.dumps(held).decode()
    assert not [each for each in (secret, key, "token_hash", "key_hash", "Somebody else") if each in exported]


def test_personal_data_leaves_out_what_others_wrote(database: Database) -> None:
    colleague = replace(ACTOR, id=new_id("acc"), name="A colleague")
    account_id, talent_id, _, _ = somebody(database)
    with database.write(colleague) as session:
        own = Project(name={"en": "Secret plan of the team"}, owner_id=talent_id)
        fund, other = Investor(name={"en": "F"}), Project(name={"en": "Somebody else's"})
        session.add_all([own, fund, other])
        session.flush()
        match = Match(subject_id=fund.id, project_id=other.id, stage=MatchStage.MET, note="A colleague's private note")
        session.add(match)
        session.get_one(Talent, talent_id).name = {"en": "Corrected"}
    with database.write(colleague) as session:
        session.get_one(Project, own.id).name = {"en": "Renamed"}
    with database.write(Actor(Role.ADMIN, account_id)) as session:
        session.get_one(Match, match.id).note = "My own words"
    with database.read() as session:
        log = personal_data(session, session.get_one(Account, account_id))["change"]
    exported = orjson.dumps(log).decode()
    assert "My own words" in exported
    assert "Corrected" in exported, "a change to their own record"
    assert not [each for each in ("private note", "A colleague", colleague.id, "Secret plan") if str(each) in exported]
    assert [each["after"] for each in log if each["entity_id"] == own.id] == [{"owner_id": talent_id}]
