"""Queries of accounts: one's own, and the memberships and invitations that one governs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select

from schema.declarations.base import STAFF, GivenArguments, Model, Row
from schema.declarations.errors import ForbiddenError, UnavailableError
from schema.domain.accounts.governing import governed
from schema.request.context import Context
from schema.sql.page_sizes import first_of
from store import models
from store.access.scopes import known_roles
from store.accounts.personal_data import personal_data
from store.accounts.signing_in import open_sessions
from store.backup.audit_archive import ArchiveError, archived_about
from store.enums import Role
from store.models.base import now


def account(context: Context, identifier: str | None) -> models.Account | None:
    """Return an account by its id."""
    return context.session.get(models.Account, identifier) if identifier else None


def own_memberships(context: Context) -> Sequence[Row]:
    """Return the memberships that the actor's account holds now."""
    ids = [each.id for each in context.actor.memberships]
    rows = context.session.scalars(select(models.Membership).where(models.Membership.id.in_(ids))).all()
    return sorted(rows, key=lambda row: ids.index(row.id))


def own_sessions(context: Context) -> Sequence[Row]:
    """Return the open sessions of the actor's account; none for keys."""
    actor = context.actor
    return open_sessions(context.session, actor.account_id) if actor.account_id and actor.session_id else []


def own_keys(context: Context) -> Sequence[Row]:
    """Return the keys of the actor's account that aren't revoked."""
    key = models.ApiKey
    wanted = (
        select(key)
        .where(key.account_id == context.actor.account_id, key.revoked_at.is_(None), _known(key))
        .order_by(key.id)
    )
    return context.session.scalars(wanted).all() if context.actor.account_id else []


def own_data(context: Context) -> dict[str, object] | None:
    """Return everything stored about the person signed in; None for keys, which others may hold."""
    if context.actor.session_id is None:
        return None
    own = account(context, context.actor.account_id)
    return None if own is None else _personal_data(context, own)


def _personal_data(context: Context, own: models.Account) -> dict[str, object]:
    folder = context.services.settings.audit.directory
    try:
        return personal_data(context.session, own, lambda ids: archived_about(context.session, folder, ids))
    except ArchiveError as problem:
        raise UnavailableError("An archive of the audit log can't be read; the server's log says which.") from problem


def memberships(_: object, context: Context, arguments: GivenArguments) -> Sequence[Row]:
    """Return the memberships that the actor may end, and ended ones on request."""
    row = models.Membership
    wanted = select(row).where(governed(context.actor, row))
    if not arguments.get("ended"):
        wanted = wanted.where(or_(row.ends_at.is_(None), row.ends_at > now()))
    return _page(context, row, wanted, arguments)


def invitations(_: object, context: Context, arguments: GivenArguments) -> Sequence[Row]:
    """Return the invitations that the actor may revoke, and closed ones on request."""
    row = models.Invitation
    wanted = select(row).where(governed(context.actor, row))
    if not arguments.get("ended"):
        wanted = wanted.where(row.accepted_at.is_(None), row.revoked_at.is_(None), row.expires_at > now())
    return _page(context, row, wanted, arguments)


def keys(_: object, context: Context, arguments: GivenArguments) -> Sequence[Row]:
    """Return all keys. Raises ForbiddenError for everybody but administrators."""
    if context.actor.role is not Role.ADMIN:
        raise ForbiddenError(f"{context.actor.role} may not read all keys; your own are in viewer {{ keys }}.")
    return _page(context, models.ApiKey, select(models.ApiKey).where(_known(models.ApiKey)), arguments)


def may_read_address(context: Context, account_id: str) -> bool:
    """Return whether the actor may read an account's address: staff, its owner, and those who govern a role of it."""
    if context.actor.role in STAFF or context.actor.account_id == account_id:
        return True
    row = models.Membership
    wanted = select(row.id).where(row.account_id == account_id, governed(context.actor, row)).limit(1)
    return context.session.scalar(wanted) is not None


def _known(key: Model) -> ColumnElement[bool]:
    """Leave out keys of roles of plugins that don't run: they open nothing."""
    known: ColumnElement[bool] = key.role.in_(sorted(known_roles()))
    return known


def _page(context: Context, model: Model, wanted: Select[Row], arguments: GivenArguments) -> Sequence[Row]:
    first = first_of(arguments, usual=50)
    if arguments.get("scope") is not None:
        wanted = wanted.where(model.scope_id == arguments["scope"])
    if arguments.get("after") is not None:
        wanted = wanted.where(model.id > arguments["after"])
    rows: Sequence[Row] = context.session.scalars(wanted.order_by(model.id).limit(first)).all()
    return rows
