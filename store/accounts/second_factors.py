"""Second factors: one-time codes of an authenticator app (RFC 6238), and the recovery codes that stand in for them."""

import secrets
import time
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from store.access.accounts import sign_out_everywhere
from store.access.tokens import hash_token
from store.changes import keep_commit_order
from store.models import Account, AccountSession, RecoveryCode, SecondFactor
from store.models.base import now
from store.notifications.core_kinds import SECOND_STEP_REMOVED

ISSUER = "Roadshow"
STEP_SECONDS = 30
STEPS_BESIDE = 1
"""Steps before and after the present one whose codes are accepted, for clocks that differ and slow typing."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that aren't mistaken for each other."""
_CODE_LENGTH = 16
"""Of a recovery code: 79 bits, so that a plain hash suffices."""
MOST_FAILURES = 5
COUNTED = timedelta(minutes=15)
"""After `MOST_FAILURES` wrong codes an account's codes are refused until this long after the first of them."""


class TooManyCodesError(Exception):
    """Too many wrong codes were given for an account lately."""


def begin(session: Session, account: Account) -> str:
    """Give an account a new key for an authenticator app, and return the address that its QR code holds.

    It isn't asked for until `confirm`. Raises ValueError if the account has a confirmed one.
    """
    factor = _factor(session, account.id)
    if factor is None:
        factor = SecondFactor(account_id=account.id, failures=0)
        session.add(factor)
    elif factor.confirmed_at is not None:
        raise ValueError("The account has a second factor; remove it first.")
    factor.secret = pyotp.random_base32()
    factor.last_step = None
    session.flush()
    return address(account, factor)


def address(account: Account, factor: SecondFactor) -> str:
    """Return the `otpauth` address of a key, which authenticator apps read as a QR code."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=account.email or account.name, issuer_name=ISSUER)


def unconfirmed(session: Session, account_id: str) -> SecondFactor | None:
    """Return the key that an account is about to confirm."""
    factor = _factor(session, account_id)
    return factor if factor is not None and factor.confirmed_at is None else None


def confirm(session: Session, opened: AccountSession, code: str) -> list[str] | None:
    """Begin to ask for codes, if the first one is right; return new recovery codes, or None if it is wrong.

    Other open sessions must give a code, too. Raises TooManyCodesError.
    """
    factor = unconfirmed(session, opened.account_id)
    if factor is None or not _accept(session, factor, code):
        return None
    factor.confirmed_at = now()
    opened.verified_at = factor.confirmed_at
    return renew_recovery_codes(session, opened.account_id)


def is_pending(session: Session, opened: AccountSession) -> bool:
    """Return whether a code must be given before anybody acts in a session."""
    return opened.verified_at is None and has_second_factor(session, opened.account_id)


def has_second_factor(session: Session, account_id: str) -> bool:
    """Return whether an account's sign-ins are verified by a second factor."""
    wanted = select(SecondFactor.id).where(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.scalar(wanted) is not None


def verify(session: Session, opened: AccountSession, code: str, expires_at: datetime | None = None) -> bool:
    """Verify a session by a code of the app or a recovery code; return whether it is right.

    The session then lasts until `expires_at`, if given. Needs a session of `database.write`: writers take turns, so
    that no code is accepted twice and the limit holds. A wrong code is counted, so the transaction must be committed.
    Raises TooManyCodesError.
    """
    factor = _factor(session, opened.account_id)
    if factor is None or factor.confirmed_at is None or not _accept(session, factor, code, recovery=True):
        return False
    opened.verified_at = now()
    if expires_at is not None:
        opened.expires_at = expires_at
    return True


def renew_recovery_codes(session: Session, account_id: str) -> list[str]:
    """Replace an account's recovery codes, and return the new ones, which are shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_hash(account_id, code), account_id=account_id) for code in codes)
    session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4)) for code in codes]


def recovery_codes_left(session: Session, account_id: str) -> int:
    """Return how many of an account's recovery codes haven't been used."""
    left = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def remove(session: Session, account_id: str) -> bool:
    """Remove an account's second factor with its recovery codes; return False if it has none."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    factor = _factor(session, account_id)
    if factor is not None:
        session.delete(factor)
        session.flush()
        if factor.confirmed_at is not None:
            SECOND_STEP_REMOVED.tell(session, [account_id], {}, factor.id)
    return factor is not None


def reset(session: Session, account_id: str) -> bool:
    """Remove an account's second factor and end its sessions, as after the loss of a phone."""
    removed = remove(session, account_id)
    sign_out_everywhere(session, account_id)
    return removed


def _factor(session: Session, account_id: str) -> SecondFactor | None:
    return session.scalar(select(SecondFactor).where(SecondFactor.account_id == account_id))


def _accept(session: Session, factor: SecondFactor, code: str, recovery: bool = False) -> bool:
    """Use a code up if it is right, else count it. Raises TooManyCodesError."""
    keep_commit_order(session)
    session.refresh(factor)
    moment = now()
    if factor.failing_since is not None and moment - factor.failing_since >= COUNTED:
        factor.failures, factor.failing_since = 0, None
    if factor.failures >= MOST_FAILURES:
        raise TooManyCodesError
    typed = code.replace(" ", "").replace("-", "").lower()
    step = _step_of(factor, typed)
    if step is not None or (recovery and _use_recovery_code(session, factor.account_id, typed)):
        factor.last_step = step if step is not None else factor.last_step
        factor.failures, factor.failing_since = 0, None
        session.flush()
        return True
    factor.failures += 1
    factor.failing_since = factor.failing_since or moment
    session.flush()
    return False


def _step_of(factor: SecondFactor, code: str) -> int | None:
    """Return the time step of a code of the app; None if it is wrong, or not later than the last accepted one."""
    present = int(time.time()) // STEP_SECONDS
    codes = pyotp.TOTP(factor.secret, interval=STEP_SECONDS)
    for step in range(present - STEPS_BESIDE, present + STEPS_BESIDE + 1):
        fresh = factor.last_step is None or step > factor.last_step
        if fresh and pyotp.utils.strings_equal(code, codes.generate_otp(step)):
            return step
    return None


def _use_recovery_code(session: Session, account_id: str, code: str) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _hash(account_id, code), RecoveryCode.used_at.is_(None))
        .values(used_at=now())
        .returning(RecoveryCode.account_id)
    )
    return used.scalar() is not None


def _hash(account_id: str, code: str) -> str:
    return hash_token(f"{account_id} {code}")
