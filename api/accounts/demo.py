"""Accounts in the demo data, one for each role."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.access.accounts import account_at, add_membership, create_account
from store.access.actors import Actor
from store.accounts.signing_in import create_link
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import Account, IndustryPriority, Investor, Programme, Project

ACTOR = Actor.system("demo data")


def demo_links(database: Database) -> dict[str, str]:
    """Return the token of a sign-in link for each role, by its label. Creates the fictional accounts that are missing.

    Their addresses are in a domain reserved for documentation, so no mail can reach anybody.
    """
    with database.write(ACTOR) as session:
        return {label: create_link(session, account) for label, account in demo_accounts(session).items()}


def demo_accounts(session: Session) -> dict[str, Account]:
    """Return a fictional account for each role, by its label; create those that are missing."""
    return {label: _account(session, label, role, kind, scope) for label, role, kind, scope in _roles(session)}


def _account(session: Session, label: str, role: Role, kind: ScopeKind, scope: str | None) -> Account:
    email = f"{label.replace(' ', '-')}@demo.example"
    account = account_at(session, email)
    if account is None:
        account = create_account(session, email, f"Demo {label}")
        account.fictional = True
        add_membership(session, account, role, kind, scope)
    return account


def _roles(session: Session) -> list[tuple[str, Role, ScopeKind, str | None]]:
    """Return each role's label and scope; roles without an entity to act for are left out."""
    planned = select(IndustryPriority.place_id).group_by(IndustryPriority.place_id).order_by(func.count().desc())
    owners = select(Project.owner_id).where(Project.owner_id.is_not(None), Project.archived_at.is_(None))
    scoped = [
        ("organiser of a programme", Role.ORGANISER, ScopeKind.PROGRAMME, select(Programme.id).order_by(Programme.id)),
        ("planner", Role.PLANNER, ScopeKind.PLACE, planned),
        ("investor", Role.INVESTOR, ScopeKind.INVESTOR, select(Investor.id).where(Investor.thesis.is_not(None))),
        ("founder", Role.TALENT, ScopeKind.TALENT, owners.order_by(Project.owner_id)),
    ]
    roles: list[tuple[str, Role, ScopeKind, str | None]] = [
        ("organiser", Role.ORGANISER, ScopeKind.INSTALLATION, None),
        ("reviewer", Role.REVIEWER, ScopeKind.INSTALLATION, None),
    ]
    for label, role, kind, statement in scoped:
        scope = session.scalar(statement.limit(1))
        if scope is not None:
            roles.append((label, role, kind, scope))
    return roles
