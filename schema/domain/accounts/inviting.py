"""Mutations of invitations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import governed_row, require_governs
from schema.domain.accounts.problems import account_errors
from schema.domain.shared.problems import Payload, RefusedError, UserError, bad
from schema.domain.shared.subjects import require_few
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store import models
from store.access.accounts import check_end, check_scope
from store.accounts import invitations
from store.models.base import now


async def invite(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Invite people to a role in a scope. The mails are sent once everything is written.

    If anybody can't be invited, nobody is, and every problem is reported.
    """
    invited: list[tuple[models.Invitation, str]] = []

    async def work(session: Session) -> object:
        role, kind, scope_id = arguments["role"], arguments["scope_kind"], arguments.get("scope")
        require_governs(context.actor, session, role, kind, scope_id)
        require_few(arguments["people"], "people")
        expires_at, ends_at = arguments.get("expires_at"), arguments.get("ends_at")
        with account_errors():
            check_scope(session, role, kind, scope_id)
            check_end(expires_at, "expiresAt")
            check_end(ends_at, "endsAt")
        invited.clear()
        problems: list[UserError] = []
        for position, person in enumerate(arguments["people"]):
            try:
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
                            expires_at=expires_at,
                            membership_ends_at=ends_at,
                        )
                    )
            except RefusedError as refused:
                problems += refused.errors
        if problems:
            raise RefusedError(*problems)
        return [invitation for invitation, _ in invited]

    def stored(session: Session, identifiers: Sequence[str]) -> object:
        return [row for each in identifiers if (row := session.get(models.Invitation, each)) is not None]

    payload = await guarded(context, "invite", arguments, work, stored)
    _send(context, payload, invited)
    return payload


async def resend_invitation(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Send an invitation again, by a new link with a new end; the old link stops working."""
    renewed: list[tuple[models.Invitation, str]] = []

    async def work(session: Session) -> object:
        row = governed_row(context, session, models.Invitation, arguments["id"], "invitation")
        with account_errors(scope=("id",), scopeKind=("id",), role=("id",)):
            renewed[:] = [(row, invitations.renew(session, row, arguments.get("expires_at")))]
        return row

    payload = await guarded(context, "resendInvitation", arguments, work)
    _send(context, payload, renewed)
    return payload


async def revoke_invitation(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Revoke an invitation that nobody has accepted; a revoked one keeps its date."""

    async def work(session: Session) -> object:
        row = governed_row(context, session, models.Invitation, arguments["id"], "invitation")
        if row.accepted_at is not None:
            raise bad("This invitation has been accepted; end the membership instead.", "id")
        row.revoked_at = row.revoked_at or now()
        return row

    return await guarded(context, "revokeInvitation", arguments, work)


def _send(context: Context, payload: Payload, written: Sequence[tuple[models.Invitation, str]]) -> None:
    if not payload.user_errors and not payload.dry_run and context.services.mailer is not None:
        context.services.mailer.invite(written, context.actor.name)
