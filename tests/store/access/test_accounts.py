"""Accounts, their memberships, and the keys of memberships."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from store.access import accounts, keys
from store.access.accounts import AccountError
from store.access.actors import Actor
from store.enums import PlaceType, Role, ScopeKind
from store.models import Account, Investor, Membership, Place, Programme, Talent
from store.models.base import now
from store.values.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.database import Database

ACTOR = Actor.system("test")


def an_account(session: Session, email: str = "ada@example.org", **values: str) -> Account:
    return accounts.create_account(session, email, "Ada", **values)  # type: ignore[arg-type]


def programme(session: Session) -> Programme:
    made = Programme(name={"en": "Week"})
    session.add(made)
    session.flush()
    return made


def acting(session: Session, account: Account, by: str | None = None) -> Actor:
    return accounts.actor_of(account, accounts.held_by(session, account.id, account.talent_id), by)


def test_an_address_is_one_account_however_it_is_written(database: Database) -> None:
    with database.write(ACTOR) as session:
        account = an_account(session, " Ada@Example.ORG ")
        assert account.email == "ada@example.org"
        assert accounts.account_at(session, "ADA@example.org") is account
        with pytest.raises(AccountError, match="already has an account"):
            an_account(session, "ada@EXAMPLE.org")
        account.archived_at = now()
        session.flush()
        assert accounts.account_at(session, "ada@example.org") is None


@pytest.mark.parametrize(
    "email", ["", "ada", "a@b@c", "a b@example.org", "a@example.org\nBcc: x@y.z", "x" * 260 + "@y"]
)
def test_an_invalid_address_is_refused(sqlite_database: Database, email: str) -> None:
    with sqlite_database.write(ACTOR) as session, pytest.raises(AccountError, match="isn't an e-mail address"):
        an_account(session, email)


def test_bad_details_are_named(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session:
        for field, values in {
            "name": {"name": " "},
            "languages": {"languages": ["english please"]},
            "timeZone": {"time_zone": "Beijing"},
            "talent": {"talent_id": new_id("tal")},
        }.items():
            with pytest.raises(AccountError, match=f"^{field}: "):
                accounts.create_account(session, "eve@example.org", **{"name": "Eve", **values})  # type: ignore[arg-type]


def test_each_role_acts_for_its_scope(database: Database) -> None:
    with database.write(ACTOR) as session:
        account = an_account(session)
        assert acting(session, account) == Actor(Role.PUBLIC, account.id, None, "Ada", account_id=account.id), (
            "an account without roles acts as the public"
        )
        fund, city, ada = Investor(name={"en": "F"}), Place(name={"en": "C"}, type=PlaceType.PREFECTURE_CITY), Talent()
        session.add_all([fund, city, ada])
        week = programme(session)
        for role, kind, scope, expected in [
            (Role.TALENT, ScopeKind.TALENT, ada.id, (Role.TALENT, ada.id)),
            (Role.INVESTOR, ScopeKind.INVESTOR, fund.id, (Role.INVESTOR, fund.id)),
            (Role.PLANNER, ScopeKind.PLACE, city.id, (Role.PLANNER, city.id)),
            (Role.REVIEWER, ScopeKind.PROGRAMME, week.id, (Role.REVIEWER, None)),
            (Role.ORGANISER, ScopeKind.PROGRAMME, week.id, (Role.SCOPED_ORGANISER, account.id)),
            (Role.ORGANISER, ScopeKind.INSTALLATION, None, (Role.ORGANISER, None)),
            (Role.ADMIN, ScopeKind.INSTALLATION, None, (Role.ADMIN, None)),
        ]:
            membership = accounts.add_membership(session, account, role, kind, scope)
            chosen = acting(session, account, membership.id)
            assert (chosen.role, chosen.subject_id) == expected
            most_powerful = acting(session, account)
            assert (most_powerful.role, most_powerful.subject_id) == expected, (
                "each is more powerful than the one before"
            )
        assert len(most_powerful.memberships) == 7


def test_a_talent_s_account_acts_for_its_own_record(database: Database) -> None:
    with database.write(ACTOR) as session:
        ada = Talent(name={"en": "Ada"})
        session.add(ada)
        session.flush()
        actor = acting(session, an_account(session, talent_id=ada.id))
        assert (actor.role, actor.subject_id) == (Role.TALENT, ada.id)


def test_memberships_begin_and_end(database: Database) -> None:
    with database.write(ACTOR) as session:
        account = an_account(session)
        soon = now() + timedelta(hours=1)
        membership = accounts.add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION, ends_at=soon)
        again = accounts.add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION, ends_at=soon)
        assert again is membership
        assert accounts.add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION).ends_at is None
        membership.begins_at = soon
        session.flush()
        assert accounts.held_by(session, account.id) == ()
        membership.begins_at = now() - timedelta(hours=2)
        session.flush()
        assert len(accounts.held_by(session, account.id)) == 1
        accounts.end_membership(session, membership)
        ended = membership.ends_at
        accounts.end_membership(session, membership)
        session.flush()
        assert membership.ends_at == ended
        assert accounts.held_by(session, account.id) == ()


def test_a_role_can_be_held_only_in_its_kinds_of_scope(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session:
        account, week = an_account(session), programme(session)
        for role, kind, scope, message in [
            (Role.PUBLIC, ScopeKind.INSTALLATION, None, "^role: No account can hold PUBLIC"),
            (Role.SCOPED_ORGANISER, ScopeKind.PROGRAMME, week.id, "^role: No account can hold SCOPED_ORGANISER"),
            (Role.ADMIN, ScopeKind.PROGRAMME, week.id, "^scopeKind: ADMIN can be held in INSTALLATION"),
            (Role.ORGANISER, ScopeKind.PROGRAMME, None, "^scope: Name the programme"),
            (Role.ORGANISER, ScopeKind.SERIES, week.id, "id of the series begins with ser_"),
            (Role.ORGANISER, ScopeKind.PROGRAMME, new_id("prg"), "There is no programme"),
            (Role.ORGANISER, ScopeKind.INSTALLATION, week.id, "has no id"),
        ]:
            with pytest.raises(AccountError, match=message):
                accounts.add_membership(session, account, role, kind, scope)
        for end, message in [
            (datetime(2100, 1, 1), "no time zone"),
            (datetime(2000, 1, 1, tzinfo=UTC), "is in the past"),
        ]:
            with pytest.raises(AccountError, match=message):
                accounts.add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION, ends_at=end)


def test_a_key_of_an_account_ends_with_its_membership(database: Database) -> None:
    with database.write(ACTOR) as session:
        account, week = an_account(session), programme(session)
        membership = accounts.add_membership(session, account, Role.ORGANISER, ScopeKind.PROGRAMME, week.id)
        held = accounts.held_by(session, account.id)[0]
        key, secret = keys.create_for_account(session, account, held, "Script")
        other = keys.create_for_account(session, account, held, "Other")[1]
    with database.read() as session:
        actor = keys.verify(session, secret)
    assert actor is not None
    assert (actor.role, actor.id, actor.subject_id, actor.account_id) == (
        Role.SCOPED_ORGANISER, key.id, account.id, account.id,
    )  # fmt: skip
    assert actor.name == "Script"
    with database.write(ACTOR) as session:
        _, rotated = keys.rotate(session, session.get_one(type(key), key.id))
    with database.read() as session:
        assert keys.verify(session, secret) is None
        again = keys.verify(session, rotated)
        assert again is not None
        assert again.subject_id == account.id
    with database.write(ACTOR) as session:
        accounts.end_membership(session, session.get_one(Membership, membership.id))
    with database.read() as session:
        assert keys.verify(session, rotated) is None
        assert keys.verify(session, other) is None


@pytest.mark.parametrize("archived", [False, True])
def test_a_key_whose_role_has_lapsed_is_not_rotated(database: Database, archived: bool) -> None:
    with database.write(ACTOR) as session:
        account = an_account(session)
        membership = accounts.add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
        key, _ = keys.create_for_account(session, account, accounts.held_by(session, account.id)[0], "Script")
        if archived:
            account.archived_at = now()
        else:
            membership.ends_at = now()  # expires by itself, without `end_membership`
        session.flush()
        assert key.revoked_at is None
        with pytest.raises(keys.ApiKeyError, match="its role has ended"):
            keys.rotate(session, key)


def test_a_service_has_no_scoped_key(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session, pytest.raises(keys.ApiKeyError, match="Only an account can hold"):
        keys.create(session, Role.SCOPED_ORGANISER, "Script")


def test_a_leaver_s_memberships_are_handed_over_in_one_step(database: Database) -> None:
    with database.write(ACTOR) as session:
        leaver, successor, week = an_account(session), an_account(session, "bo@example.org"), programme(session)
        accounts.add_membership(session, leaver, Role.ORGANISER, ScopeKind.PROGRAMME, week.id)
        accounts.add_membership(session, leaver, Role.REVIEWER, ScopeKind.PROGRAMME, week.id)
        accounts.add_membership(session, successor, Role.REVIEWER, ScopeKind.PROGRAMME, week.id)
        held = accounts.held_by(session, leaver.id)[0]
        _, secret = keys.create_for_account(session, leaver, held, "Script")
        assert len(accounts.hand_over(session, leaver, successor)) == 2
        session.flush()
        assert accounts.held_by(session, leaver.id) == ()
        assert {each.role for each in accounts.held_by(session, successor.id)} == {Role.ORGANISER, Role.REVIEWER}
        assert len(accounts.held_by(session, successor.id)) == 2
        assert keys.verify(session, secret) is None
        with pytest.raises(AccountError, match=r"^to: "):
            accounts.hand_over(session, successor, successor)
