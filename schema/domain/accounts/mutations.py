"""Mutations of memberships and sessions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import governed_row, require_governs
from schema.domain.accounts.problems import account_errors
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access import accounts
from store.accounts.signing_in import end_session, switch_role
from store.models.base import now
from store.notifications.core_kinds import ROLE_ENDED, ROLES_RECEIVED


async def end_membership(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """End a membership now and revoke its keys. Anybody may end their own."""

    async def work(session: Session) -> object:
        own = session.get(models.Membership, arguments["id"])
        if own is None or context.actor.session_id is None or own.account_id != context.actor.account_id:
            own = governed_row(context, session, models.Membership, arguments["id"], "membership")
        accounts.end_membership(session, own)
        if own.account_id != context.actor.account_id:
            ROLE_ENDED.tell(session, [own.account_id], {"membership": own.id}, own.id)
        return own

    return await guarded(context, "endMembership", arguments, work)


async def hand_over_memberships(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Move everything that a leaver holds to a successor. The actor must govern all of it."""

    async def work(session: Session) -> object:
        leaver, successor = (_account(session, arguments[name], name) for name in ("leaver", "successor"))
        for membership in accounts.held_by(session, leaver.id):
            require_governs(context.actor, session, membership.role, membership.scope_kind, membership.scope_id)
        if not accounts.held_by(session, leaver.id):
            raise bad("This account has no roles to hand over.", "leaver")
        with account_errors(to=("successor",)):
            ended = [each.id for each in accounts.held_by(session, leaver.id)]
            handed = accounts.hand_over(session, leaver, successor)
        for each in ended:
            ROLE_ENDED.tell(session, [leaver.id], {"membership": each}, each)
        received = [each.id for each in handed]
        if successor.id != context.actor.account_id:
            ROLES_RECEIVED.tell(session, [successor.id], {"memberships": received}, f"{leaver.id} {now().isoformat()}")
        return handed

    return await guarded(context, "handOverMemberships", arguments, work)


async def act_as(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Use another of the account's roles in this browser's session."""

    async def work(session: Session) -> object:
        opened = _session(context, session)
        if not switch_role(opened, context.actor, arguments["membership"]):
            raise missing("membership of yours", arguments["membership"], "membership")
        return opened

    return await guarded(context, "actAs", arguments, work)


async def sign_out(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """End sessions of one's own: this one, another, or all."""

    async def work(session: Session) -> object:
        here = _session(context, session)
        if arguments.get("everywhere"):
            accounts.sign_out_everywhere(session, here.account_id)
            return here
        wanted = arguments.get("session") or here.id
        ended = end_session(session, here.account_id, wanted)
        if ended is None:
            raise missing("session of yours", wanted, "session")
        return ended

    return await guarded(context, "signOut", arguments, work)


def _session(context: Context, session: Session) -> models.AccountSession:
    own = session.get(models.AccountSession, context.actor.session_id) if context.actor.session_id else None
    if own is None:
        raise forbidden("This works only for somebody signed in with a browser, not with a key.")
    return own


def _account(session: Session, identifier: str, field: str) -> models.Account:
    account = session.get(models.Account, identifier)
    if account is None:
        raise missing("account", identifier, field)
    return account
