"""Codes of authenticator apps: by RFC 6238, each once, few wrong ones; recovery codes; what waits for a code."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyotp
import pytest
from sqlalchemy import select

from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts import second_factors, signing_in
from store.accounts.second_factors import MOST_FAILURES, TooManyCodesError
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import AccountSession, Change, RecoveryCode, SecondFactor

ACTOR = Actor.system("test")
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""Of the RFC's test vectors, in base 32."""
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
SetClock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    return lambda seconds: monkeypatch.setattr(second_factors.time, "time", lambda: seconds)


def enrolled(database: Database) -> tuple[str, list[str]]:
    """The secret of a session of an account with a second factor, and the recovery codes."""
    with database.write(ACTOR) as session:
        account = create_account(session, "ada@example.org", "Ada")
        add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
        secret = signing_in.open_session(session, account)
        assert second_factors.begin(session, account).startswith("otpauth://totp/Roadshow:ada%40example.org?secret=")
        factor = session.scalars(select(SecondFactor)).one()
        factor.secret = KEY
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert signing_in.actor_in(session, opened) is not None, "nothing is asked for before it is confirmed"
        codes = second_factors.confirm(session, opened, VECTORS[59])
        assert codes is not None
        return secret, codes


def another(database: Database) -> str:
    with database.write(ACTOR) as session:
        return signing_in.open_session(session, session.get_one(second_factors.Account, _account(session)))


def _account(session: object) -> str:
    return str(session.scalars(select(SecondFactor.account_id)).one())  # type: ignore[attr-defined]


def give(database: Database, secret: str, code: str) -> bool:
    with database.write(ACTOR) as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        return signing_in.verify_session(session, opened, code)


def role(database: Database, secret: str, organisers_verified: bool = False) -> Role | None:
    with database.read() as session:
        opened = signing_in.session_of(session, secret)
        actor = signing_in.actor_in(session, opened, organisers_verified) if opened is not None else None
        return actor.role if actor else None


def test_codes_are_those_of_the_rfc(database: Database, clock: SetClock) -> None:
    clock(59)
    enrolled(database)
    for seconds, code in list(VECTORS.items())[1:]:
        clock(seconds)
        assert give(database, another(database), code), seconds


def test_a_new_session_waits_for_a_code(database: Database, clock: SetClock) -> None:
    clock(59)
    here, _ = enrolled(database)
    assert role(database, here) is Role.ADMIN
    secret = another(database)
    assert role(database, secret) is None
    with database.read() as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert second_factors.is_pending(session, opened)
        assert opened.expires_at - opened.created_at <= signing_in.PENDING_LIFETIME
    clock(1111111109)
    assert not give(database, secret, "081805")
    assert role(database, secret) is None
    assert give(database, secret, " 081 804 ")
    assert role(database, secret) is Role.ADMIN
    with database.read() as session:
        opened = signing_in.session_of(session, secret)
        assert opened is not None
        assert opened.expires_at - opened.created_at > signing_in.PENDING_LIFETIME


def test_a_code_is_accepted_once_and_none_before_it(database: Database, clock: SetClock) -> None:
    clock(59)
    enrolled(database)
    assert not give(database, another(database), VECTORS[59]), "it turned the factor on"
    clock(1111111111)
    codes = pyotp.TOTP(KEY)
    assert give(database, another(database), codes.at(1111111111 + 30)), "a clock half a minute ahead"
    for before in (1111111111, 1111111111 + 30, 1111111111 - 30):
        assert not give(database, another(database), codes.at(before))


def test_a_code_opens_one_of_many_sessions_at_once(database: Database, clock: SetClock) -> None:
    clock(59)
    enrolled(database)
    secrets = [another(database) for _ in range(4)]
    clock(1234567890)
    accepted: list[bool] = []
    threads = [
        threading.Thread(target=lambda secret=secret: accepted.append(give(database, secret, VECTORS[1234567890])))
        for secret in secrets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(accepted) == [False, False, False, True]


def test_few_wrong_codes_are_accepted(database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(59)
    enrolled(database)
    clock(1111111109)
    for _ in range(MOST_FAILURES):
        assert not give(database, another(database), "000000")
    with pytest.raises(TooManyCodesError):
        give(database, another(database), VECTORS[1111111109])
    later = second_factors.now() + second_factors.COUNTED
    monkeypatch.setattr(second_factors, "now", lambda: later)
    assert give(database, another(database), VECTORS[1111111109])


def test_a_recovery_code_works_once_and_is_stored_as_a_hash(database: Database, clock: SetClock) -> None:
    clock(59)
    _, codes = enrolled(database)
    assert len(set(codes)) == second_factors.RECOVERY_CODES
    assert give(database, another(database), codes[0].upper())
    assert not give(database, another(database), codes[0])
    with database.write(ACTOR) as session:
        stored = {each.code_hash for each in session.scalars(select(RecoveryCode))}
        assert not stored & {code.replace("-", "") for code in codes}
        account = _account(session)
        assert second_factors.recovery_codes_left(session, account) == len(codes) - 1
        second_factors.renew_recovery_codes(session, account)
    assert not give(database, another(database), codes[1]), "new codes replace the old ones"


def test_a_reset_removes_it_and_ends_all_sessions(database: Database, clock: SetClock) -> None:
    clock(59)
    here, codes = enrolled(database)
    with database.write(ACTOR) as session:
        account = session.get_one(second_factors.Account, _account(session))
        assert second_factors.reset(session, account.id)
        assert not second_factors.reset(session, account.id)
        assert session.scalars(select(RecoveryCode)).all() == []
        fresh = signing_in.open_session(session, account)
    assert role(database, here) is None
    assert role(database, fresh) is Role.ADMIN
    assert role(database, fresh, organisers_verified=True) is Role.PUBLIC, "the setting wants one"
    assert not give(database, fresh, codes[0])


def test_no_secret_is_in_the_change_log(database: Database, clock: SetClock) -> None:
    clock(59)
    enrolled(database)
    with database.read() as session:
        told = str([(each.before, each.after) for each in session.scalars(select(Change))])
        assert "second_factor" in {each.entity_type for each in session.scalars(select(Change))}
        assert session.scalars(select(AccountSession.verified_at)).one() is not None
    assert KEY not in told
    assert "last_step" not in told
