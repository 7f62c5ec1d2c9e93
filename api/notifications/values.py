"""What the texts of core's kinds are filled with: read in the recipient's name, just before it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from api.accounts.invitation_page import scope_name
from api.accounts.texts import TEXTS
from api.notifications.texts import language_for
from plugins.host.context import Context
from store.access.actors import Actor
from store.models import AccountIdentity, Job, Membership

_Context = Context[Actor]
_Row = Mapping[str, Any]
_Values = Mapping[str, object] | None
_ANSWER = """query NotificationAnswer($id: ID!) {
  interest(id: $id) { kind feedback archivedAt subject { __typename ... on Investor { name } ... on Place { name } }
    project { id name } }
}"""
_TALKS = """query NotificationTalks($id: ID!) {
  match(id: $id) { stage archivedAt subject { __typename ... on Investor { name } ... on Place { name } }
    project { id name } }
}"""
_CORRECTION = """query NotificationCorrection($id: ID!) {
  correctionRequest(id: $id) { field state reason answer subject { __typename
    ... on Project { name } ... on Investor { name } ... on Talent { name } ... on Organisation { name }
    ... on Place { name } ... on Event { name } ... on EventEdition { name } ... on EventSeries { name }
    ... on Programme { name } ... on Track { name } ... on MatchingNeed { name } ... on Park { name }
    ... on IndustryPriority { name } ... on Policy { name } ... on Concept { name } ... on ConceptScheme { name }
  } }
}"""


class JobArguments(BaseModel):
    """A job."""

    job: str


class MembershipArguments(BaseModel):
    """A membership."""

    membership: str


class MembershipsArguments(BaseModel):
    """Memberships."""

    memberships: list[str]


class AnswerArguments(BaseModel):
    """An answer to a project."""

    interest: str


class TalksArguments(BaseModel):
    """Talks, and the stage that was told."""

    match: str
    stage: str


class CorrectionArguments(BaseModel):
    """A request for a correction."""

    request: str


class IdentityArguments(BaseModel):
    """An account's identity at a provider."""

    identity: str


def job_values(context: _Context, arguments: JobArguments) -> _Values:
    """Return what is told of one's job."""
    job = context.session.get(Job, arguments.job)
    if job is None or job.account_id != context.actor.account_id:
        return None
    return {"kind": job.kind, "error": job.error or ""}


def role_values(context: _Context, arguments: MembershipArguments) -> _Values:
    """Return what is told of one's role that has an end."""
    row = context.session.get(Membership, arguments.membership)
    if row is None or row.account_id != context.actor.account_id or row.ends_at is None:
        return None
    return {**_role_of(context, row), "day": row.ends_at.strftime("%Y-%m-%d")}


def received_values(context: _Context, arguments: MembershipsArguments) -> _Values:
    """Return the roles that one holds by now."""
    held = {each.id for each in context.actor.memberships}
    rows = [context.session.get(Membership, each) for each in arguments.memberships if each in held]
    roles = [_role_of(context, row) for row in rows if row is not None]
    return {"roles": [f"{each['role']} ({each['scope']})" for each in roles]} if roles else None


def _role_of(context: _Context, row: Membership) -> dict[str, object]:
    language = language_for(context.languages)
    scope = scope_name(context.session, row.scope_id, language)
    return {"role": TEXTS[row.role.value][language], "scope": scope}


def answer_values(context: _Context, arguments: AnswerArguments) -> _Values:
    """Return who likes a project or what they say of it."""
    row = _asked(context, _ANSWER, "interest", arguments.interest)
    if row is None or (row["kind"] != "LIKE" and not row["feedback"]):
        return None
    return {**_sides(row), "liked": row["kind"] == "LIKE", "feedback": row["feedback"] or ""}


def talks_values(context: _Context, arguments: TalksArguments) -> _Values:
    """Return a step of talks, while it is the last one."""
    row = _asked(context, _TALKS, "match", arguments.match)
    return None if row is None or row["stage"] != arguments.stage else {**_sides(row), "stage": row["stage"]}


def requested_values(context: _Context, arguments: CorrectionArguments) -> _Values:
    """Return a correction to decide on, while nobody has."""
    return _correction(context, arguments, "RECEIVED")


def decided_values(context: _Context, arguments: CorrectionArguments) -> _Values:
    """Return what became of one's request."""
    return _correction(context, arguments, "ACCEPTED", "DECLINED")


def _correction(context: _Context, arguments: CorrectionArguments, *states: str) -> _Values:
    row = (context.ask(_CORRECTION, {"id": arguments.request}).get("data") or {}).get("correctionRequest")
    if row is None or row["subject"] is None or row["state"] not in states:
        return None
    name = row["subject"].get("name") or row["subject"]["__typename"]
    return {"record": name, "field": row["field"], "accepted": row["state"] == "ACCEPTED", "reason": row["reason"],
            "answer": row["answer"] or ""}  # fmt: skip


def _asked(context: _Context, document: str, field: str, identifier: str) -> _Row | None:
    """Return what the recipient may see of a record, by the API's rules."""
    row = (context.ask(document, {"id": identifier}).get("data") or {}).get(field)
    return row if row and row["project"] and row["subject"] and row["archivedAt"] is None else None


def _sides(row: _Row) -> dict[str, object]:
    return {"who": row["subject"]["name"], "project": row["project"]["name"], "project_id": row["project"]["id"]}


def identity_values(context: _Context, arguments: IdentityArguments) -> _Values:
    """Return the provider of one's identity."""
    row = context.session.get(AccountIdentity, arguments.identity)
    return None if row is None or row.account_id != context.actor.account_id else {"issuer": row.issuer}
