"""API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from store.access import keys
from store.access.actors import Actor
from store.access.scopes import SCOPE_PREFIXES, SUBJECT_SCOPES
from store.enums import PlaceType, Role
from store.models import ApiKey, Change, Investor, Place, Talent
from store.values.ids import new_id

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")
SUBJECTS = {
    Role.INVESTOR: lambda: Investor(name={"en": "Fund"}),
    Role.PLANNER: lambda: Place(name={"en": "City"}, type=PlaceType.PREFECTURE_CITY),
    Role.TALENT: lambda: Talent(name={"en": "Founder"}),
}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLIC, Role.SCOPED_ORGANISER)])
def test_a_key_gives_its_actor(database: Database, role: Role) -> None:
    with database.write(ACTOR) as session:
        subject = SUBJECTS[role]() if role in SUBJECTS else None
        if subject is not None:
            session.add(subject)
        key, secret = keys.create(session, role, "Somebody's", subject.id if subject else None)
    with database.read() as session:
        actor = keys.verify(session, secret)
    assert actor == Actor(role, key.id, subject.id if subject else None, "Somebody's")


def test_the_secret_is_kept_nowhere(database: Database) -> None:
    with database.write(ACTOR) as session:
        key, secret = keys.create(session, Role.ADMIN, "Keeper")
    with database.read() as session:
        row = session.execute(text("SELECT * FROM api_key")).one()
        log = session.scalars(select(Change).where(Change.entity_id == key.id)).one()
    for kept in [*map(str, row), str(log.after)]:
        assert secret not in kept
        assert secret[3:46] not in kept
    assert "key_hash" not in str(log.after)


def test_secrets_differ_and_are_of_one_form(database: Database) -> None:
    with database.write(ACTOR) as session:
        secrets = {keys.create(session, Role.ADMIN, "Keeper")[1] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {52}
    assert all(secret.startswith("rs_") for secret in secrets)


def test_a_mistyped_key_is_refused_without_asking_the_database(database: Database) -> None:
    with database.write(ACTOR) as session:
        _, secret = keys.create(session, Role.ADMIN, "Keeper")
    mistyped = [
        secret[:place] + ("0" if letter != "0" else "1") + secret[place + 1 :] for place, letter in enumerate(secret)
    ]
    asked = None  # no session at all: the checksum decides
    assert [keys.verify(asked, wrong) for wrong in mistyped] == [None] * len(secret)  # type: ignore[arg-type]


@given(st.one_of(st.text(max_size=80), st.from_regex(r"rs_[0-9A-Za-z]{49}", fullmatch=True)))
def test_nonsense_is_no_key(nonsense: str) -> None:
    assert keys.verify(None, nonsense) is None  # type: ignore[arg-type]


def test_a_key_that_nobody_made_is_refused(database: Database) -> None:
    with database.write(ACTOR) as session:
        key, secret = keys.create(session, Role.ADMIN, "Keeper")
        session.delete(key)
    with database.read() as session:
        assert keys.verify(session, secret) is None


def test_revoked_and_expired_keys_are_refused(database: Database) -> None:
    with database.write(ACTOR) as session:
        revoked, revoked_secret = keys.create(session, Role.ADMIN, "Revoked")
        expired, expired_secret = keys.create(
            session, Role.ADMIN, "Expired", expires=datetime.now(UTC) + timedelta(hours=1)
        )
    with database.read() as session:
        assert keys.verify(session, revoked_secret)
        assert keys.verify(session, expired_secret)
    with database.write(ACTOR) as session:
        first = keys.revoke(session, revoked.id).revoked_at
        assert keys.revoke(session, revoked.id).revoked_at == first
        session.get_one(ApiKey, expired.id).expires_at = datetime.now(UTC) - timedelta(seconds=1)
    with database.read() as session:
        assert keys.verify(session, revoked_secret) is None
        assert keys.verify(session, expired_secret) is None
        assert [key.id for key in keys.list_keys(session)] == [revoked.id, expired.id]


@pytest.mark.parametrize("role", SUBJECTS)
def test_a_role_that_acts_for_an_entity_needs_one_of_its_kind(database: Database, role: Role) -> None:
    prefix = SCOPE_PREFIXES[SUBJECT_SCOPES[role]]
    with database.write(ACTOR) as session:
        with pytest.raises(keys.ApiKeyError, match=f"role {role} acts for one .*{prefix}_"):
            keys.create(session, role, "Nobody's")
        with pytest.raises(keys.ApiKeyError, match=f"begins with {prefix}_"):
            keys.create(session, role, "Nobody's", new_id("org"))
        with pytest.raises(keys.ApiKeyError, match="There is no"):
            keys.create(session, role, "Nobody's", new_id(prefix))
        archived = SUBJECTS[role]()
        archived.archived_at = datetime.now(UTC)
        session.add(archived)
        with pytest.raises(keys.ApiKeyError, match="archived"):
            keys.create(session, role, "Nobody's", archived.id)
        assert keys.list_keys(session) == []


def test_other_mistakes_are_named(database: Database) -> None:
    with database.write(ACTOR) as session:
        with pytest.raises(keys.ApiKeyError, match="PUBLIC needs no key"):
            keys.create(session, Role.PUBLIC, "Anyone")
        with pytest.raises(keys.ApiKeyError, match="acts for no entity"):
            keys.create(session, Role.ADMIN, "Keeper", new_id("inv"))
        with pytest.raises(keys.ApiKeyError, match="name: "):
            keys.create(session, Role.ADMIN, "  ")
        with pytest.raises(keys.ApiKeyError, match="has no time zone"):
            keys.create(session, Role.ADMIN, "Keeper", expires=datetime(2100, 1, 1))
        with pytest.raises(keys.ApiKeyError, match="is in the past"):
            keys.create(session, Role.ADMIN, "Keeper", expires=datetime(2000, 1, 1, tzinfo=UTC))
        with pytest.raises(keys.ApiKeyError, match="is unknown"):
            keys.revoke(session, new_id("key"))


def test_keys_of_one_subject_can_be_listed(database: Database) -> None:
    with database.write(ACTOR) as session:
        fund = Investor(name={"en": "Fund"})
        session.add(fund)
        key, _ = keys.create(session, Role.INVESTOR, "Partner", fund.id)
        keys.create(session, Role.ADMIN, "Keeper")
        assert [found.id for found in keys.list_keys(session, fund.id)] == [key.id]
