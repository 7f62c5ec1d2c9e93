"""Mutations of accounts: invitations, memberships, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import governed, require_governs
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.subjects import require_few
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access import accounts
from store.access.accounts import AccountError
from store.accounts import invitations
from store.models.base import now


@contextmanager
def told(*path: str) -> Iterator[None]:
    """Tells what an account can't be as what is wrong with the argument."""
    try:
        yield
    except AccountError as problem:
        raise bad(problem.message, *path, problem.field) from problem


async def invite(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Invite people to a role in a scope. Each gets a mail once all is written."""
    letters: list[tuple[models.Invitation, str]] = []

    async def work(session: Session) -> object:
        role, kind, scope_id = arguments["role"], arguments["scope_kind"], arguments.get("scope")
        require_governs(context.actor, session, role, kind, scope_id)
        require_few(arguments["people"], "people")
        letters.clear()
        for position, person in enumerate(arguments["people"]):
            with told("people", str(position)):
                letters.append(
                    invitations.invite(
                        session,
                        person["email"],
                        role,
                        kind,
                        scope_id,
                        name=person.get("name"),
                        language=person.get("language"),
                        expires_at=arguments.get("expires_at"),
                        membership_ends_at=arguments.get("ends_at"),
                    )
                )
        return [invitation for invitation, _ in letters]

    payload = await guarded(context, "invite", arguments, work)
    if not payload.user_errors and not payload.dry_run and context.services.post is not None:
        context.services.post.invite(letters, context.actor.name)
    return payload


async def revoke_invitation(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Take an invitation back that nobody accepted; one that is over stays as it is."""

    async def work(session: Session) -> object:
        row = _governed(context, session, models.Invitation, arguments["id"], "invitation")
        if row.accepted_at is not None:
            raise bad("It was accepted; end the membership instead.", "id")
        row.revoked_at = row.revoked_at or now()
        return row

    return await guarded(context, "revokeInvitation", arguments, work)


async def end_membership(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """End a membership now, and the keys that hang on it. One's own may be ended by anybody."""

    async def work(session: Session) -> object:
        own = session.get(models.Membership, arguments["id"])
        if own is None or context.actor.session_id is None or own.account_id != context.actor.account_id:
            own = _governed(context, session, models.Membership, arguments["id"], "membership")
        accounts.end_membership(session, own)
        return own

    return await guarded(context, "endMembership", arguments, work)


async def hand_over_memberships(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Give all that a leaver holds to a successor. All of it must be the actor's to give."""

    async def work(session: Session) -> object:
        leaver, successor = (_account(session, arguments[name], name) for name in ("leaver", "successor"))
        for held in accounts.held_by(session, leaver.id):
            require_governs(context.actor, session, held.role, held.scope_kind, held.scope_id)
        if not accounts.held_by(session, leaver.id):
            raise bad("This account holds nothing.", "leaver")
        try:
            return accounts.hand_over(session, leaver, successor)
        except AccountError as problem:
            raise bad(problem.message, "successor") from problem

    return await guarded(context, "handOverMemberships", arguments, work)


async def act_as(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Use another of the account's roles in this browser's session."""

    async def work(session: Session) -> object:
        opened = _session(context, session)
        held = next((each for each in context.actor.memberships if each.id == arguments["membership"]), None)
        if held is None:
            raise missing("membership of yours", arguments["membership"], "membership")
        opened.membership_id = held.id if held.id != held.scope_id else None
        return opened

    return await guarded(context, "actAs", arguments, work)


async def sign_out(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """End sessions of one's own: this one, another, or all."""

    async def work(session: Session) -> object:
        here = _session(context, session)
        if arguments.get("everywhere"):
            accounts.sign_out_everywhere(session, here.account_id)
            return here
        given = arguments.get("session")
        opened = session.get(models.AccountSession, given) if given else here
        if opened is None or opened.account_id != here.account_id:
            raise missing("session of yours", given or "", "session")
        opened.ended_at = opened.ended_at or now()
        return opened

    return await guarded(context, "signOut", arguments, work)


def _session(context: Context, session: Session) -> models.AccountSession:
    found = session.get(models.AccountSession, context.actor.session_id) if context.actor.session_id else None
    if found is None:
        raise forbidden("This is for browsers in which somebody is signed in, not for keys.")
    return found


def _account(session: Session, identifier: str, field: str) -> models.Account:
    found = session.get(models.Account, identifier)
    if found is None:
        raise missing("account", identifier, field)
    return found


def _governed(context: Context, session: Session, model: Any, identifier: str, what: str) -> Any:
    row = session.scalar(select(model).where(model.id == identifier, governed(context.actor, model)))
    if row is None:
        raise missing(what, identifier, "id")
    return row
