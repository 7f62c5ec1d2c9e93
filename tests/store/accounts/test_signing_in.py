"""Sign-in links that work once, and the sessions that they open."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update

from store.access.accounts import add_membership, create_account, sign_out_everywhere
from store.access.actors import Actor
from store.accounts import signing_in
from store.accounts.signing_in import LINKS_OF_A_CLIENT, LINKS_OF_AN_ADDRESS, TooManyLinksError
from store.enums import Role, ScopeKind
from store.models import Account, AccountSession, Change, Membership, SignInToken
from store.models.base import now

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")
ADDRESS = "ada@example.org"


def invited(database: Database) -> Account:
    with database.write(ACTOR) as session:
        account = create_account(session, ADDRESS, "Ada")
        add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
    return account


def ask(database: Database, email: str = ADDRESS, client: str | None = None) -> str | None:
    with database.write(ACTOR) as session:
        link = signing_in.request_link(session, email, client)
        return link.token if link else None


def use(database: Database, token: str) -> str | None:
    with database.write(ACTOR) as session:
        found = signing_in.sign_in(session, token, "A browser")
        return found[1] if found else None


def acting(database: Database, secret: str) -> Actor | None:
    with database.read() as session:
        opened = signing_in.session_of(session, secret)
        return signing_in.actor_in(session, opened) if opened else None


def test_a_link_works_once(database: Database) -> None:
    account = invited(database)
    token = ask(database, " ADA@example.org")
    assert token is not None
    with database.read() as session:
        assert signing_in.is_usable(session, token)
        assert signing_in.is_usable(session, token), "a look doesn't use it up"
    secret = use(database, token)
    assert secret is not None
    assert use(database, token) is None
    actor = acting(database, secret)
    assert actor is not None
    assert (actor.role, actor.id, actor.account_id, actor.name) == (Role.ADMIN, account.id, account.id, "Ada")
    assert acting(database, "nonsense\ud800") is None


def test_of_two_that_use_a_link_at_once_one_is_signed_in(database: Database) -> None:
    invited(database)
    token = ask(database)
    assert token is not None
    found: list[str | None] = []
    both = threading.Barrier(2)

    def run() -> None:
        both.wait()
        found.append(use(database, token))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each is None for each in found) == [False, True]


def test_a_link_expires_after_15_minutes(database: Database) -> None:
    invited(database)
    token = ask(database)
    assert token is not None
    with database.write(ACTOR) as session:
        made = session.scalars(select(SignInToken)).one()
        assert made.expires_at - made.made_at == timedelta(minutes=15)
        session.execute(update(SignInToken).values(expires_at=now()))
    assert use(database, token) is None


def test_an_address_without_an_account_leaves_the_same_traces(database: Database) -> None:
    invited(database)
    assert ask(database, "nobody@example.org") is None
    ask(database)
    with database.read() as session:
        rows = session.scalars(select(SignInToken)).all()
        assert len(rows) == 2
        assert "nobody" not in str(session.execute(text("SELECT * FROM sign_in_token")).all())
        token = next(row for row in rows if row.account_id is None)
        assert token.used_at is None


@pytest.mark.parametrize("email", [ADDRESS, "nobody@example.org"])
def test_links_of_an_address_are_limited_even_when_requested_at_once(database: Database, email: str) -> None:
    invited(database)
    refused: list[object] = []

    def run() -> None:
        try:
            ask(database, email)
        except TooManyLinksError as problem:
            refused.append(problem)

    threads = [threading.Thread(target=run) for _ in range(LINKS_OF_AN_ADDRESS + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    with database.write(ACTOR) as session:
        session.execute(update(SignInToken).values(made_at=now() - timedelta(hours=1, seconds=1)))
    ask(database, email)


def test_links_for_a_client_are_limited(sqlite_database: Database) -> None:
    for number in range(LINKS_OF_A_CLIENT):
        ask(sqlite_database, f"{number}@example.org", "192.0.2.1")
    with pytest.raises(TooManyLinksError):
        ask(sqlite_database, "another@example.org", "192.0.2.1")
    ask(sqlite_database, "another@example.org", "192.0.2.2")


def test_requests_are_deleted_after_a_day(database: Database) -> None:
    invited(database)
    ask(database)
    with database.write(ACTOR) as session:
        session.execute(update(SignInToken).values(made_at=now() - timedelta(days=1, seconds=1)))
    ask(database, "nobody@example.org")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(SignInToken)) == 1


def test_secrets_are_stored_nowhere(database: Database) -> None:
    invited(database)
    token = ask(database)
    assert token is not None
    secret = use(database, token)
    assert secret is not None
    with database.read() as session:
        kept = [
            str(session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("sign_in_token", "account_session", "change")
        ]
        assert not any(secret in each or token in each for each in kept)
        log = session.scalars(select(Change).where(Change.entity_type == "account_session")).one()
        assert "token_hash" not in (log.after or {})


def test_a_session_slides_and_ends(database: Database) -> None:
    account = invited(database)
    token = ask(database)
    secret = use(database, token or "")
    assert secret is not None
    with database.read() as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert not signing_in.is_use_due(opened)
        assert timedelta(days=29) < opened.expires_at - now() <= timedelta(days=30)
    with database.write(ACTOR) as session:
        session.execute(
            update(AccountSession).values(used_at=now() - timedelta(hours=2), expires_at=now() + timedelta(days=1))
        )
    with database.write(ACTOR) as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert signing_in.is_use_due(opened)
        signing_in.record_use(session, opened.id)
    with database.write(ACTOR) as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert opened.expires_at - now() > timedelta(days=29)
        opened.expires_at = now()
    assert acting(database, secret) is None
    with database.read() as session:
        assert signing_in.open_sessions(session, account.id) == []


def test_a_session_ends_after_400_days_however_it_is_used(sqlite_database: Database) -> None:
    account = invited(sqlite_database)
    with sqlite_database.write(ACTOR) as session:
        opened = signing_in.session_of(session, signing_in.open_session(session, account))
        assert opened is not None
        opened.created_at = begun = now() - timedelta(days=390)
        session.flush()
        signing_in.record_use(session, opened.id)
        session.refresh(opened)
        assert opened.expires_at == begun + timedelta(days=400)


def test_a_session_loses_a_role_that_ends(database: Database) -> None:
    account = invited(database)
    with database.write(ACTOR) as session:
        opened = signing_in.session_of(session, signing_in.open_session(session, account))
        assert opened is not None
        membership = session.get_one(Membership, opened.membership_id)
        reviewer = add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
        actor = signing_in.actor_in(session, opened)
        assert actor is not None
        assert actor.role is Role.ADMIN
        membership.ends_at = now()
        session.flush()
        actor = signing_in.actor_in(session, opened)
        assert actor is not None
        assert (actor.role, len(actor.memberships)) == (Role.REVIEWER, 1)
        reviewer.ends_at = now()
        session.flush()
        actor = signing_in.actor_in(session, opened)
        assert actor is not None
        assert (actor.role, actor.memberships) == (Role.PUBLIC, ())


def test_signing_out_everywhere_may_leave_one(database: Database) -> None:
    account = invited(database)
    secrets = [use(database, ask(database) or "") for _ in range(3)]
    with database.write(ACTOR) as session:
        kept = signing_in.session_of(session, secrets[0] or "")
        assert kept is not None
        assert sign_out_everywhere(session, account.id, but=kept.id) == 2
    assert [acting(database, each or "") is not None for each in secrets] == [True, False, False]


def test_an_archived_account_can_not_sign_in(database: Database) -> None:
    account = invited(database)
    token, other = ask(database), ask(database)
    secret = use(database, token or "")
    with database.write(ACTOR) as session:
        session.get_one(Account, account.id).archived_at = now()
    assert acting(database, secret or "") is None
    assert use(database, other or "") is None
    assert ask(database) is None
