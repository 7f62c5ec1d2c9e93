"""Mutations of accounts: invitations, memberships, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import governed, require_governs
from schema.domain.accounts.problems import account_errors
from schema.domain.shared.problems import Payload, bad, forbidden, missing
from schema.domain.shared.subjects import require_few
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access import accounts
from store.accounts import invitations
from store.accounts.signing_in import end_session, switch_role
from store.models.base import now


async def invite(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Invite people to a role in a scope. The mails are sent once everything is written."""
    invited: list[tuple[models.Invitation, str]] = []

    async def work(session: Session) -> object:
        role, kind, scope_id = arguments["role"], arguments["scope_kind"], arguments.get("scope")
        require_governs(context.actor, session, role, kind, scope_id)
        require_few(arguments["people"], "people")
        invited.clear()
        for position, person in enumerate(arguments["people"]):
            with account_errors(email=("people", str(position), "email")):
                invited.append(
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
        return [invitation for invitation, _ in invited]

    def stored(session: Session, identifiers: Sequence[str]) -> object:
        return [row for each in identifiers if (row := session.get(models.Invitation, each)) is not None]

    payload = await guarded(context, "invite", arguments, work, stored)
    if not payload.user_errors and not payload.dry_run and context.services.mailer is not None:
        context.services.mailer.invite(invited, context.actor.name)
    return payload


async def revoke_invitation(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Revoke an invitation that nobody has accepted; a revoked one keeps its date."""

    async def work(session: Session) -> object:
        row = _governed(context, session, models.Invitation, arguments["id"], "invitation")
        if row.accepted_at is not None:
            raise bad("This invitation has been accepted; end the membership instead.", "id")
        row.revoked_at = row.revoked_at or now()
        return row

    return await guarded(context, "revokeInvitation", arguments, work)


async def end_membership(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """End a membership now and revoke its keys. Anybody may end their own."""

    async def work(session: Session) -> object:
        own = session.get(models.Membership, arguments["id"])
        if own is None or context.actor.session_id is None or own.account_id != context.actor.account_id:
            own = _governed(context, session, models.Membership, arguments["id"], "membership")
        accounts.end_membership(session, own)
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
            return accounts.hand_over(session, leaver, successor)

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


def _governed(context: Context, session: Session, model: Any, identifier: str, what: str) -> Any:
    row = session.scalar(select(model).where(model.id == identifier, governed(context.actor, model)))
    if row is None:
        raise missing(what, identifier, "id")
    return row
