"""Jobs, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select

from schema.declarations import batch, column, entity
from schema.declarations.aliases import shared_alias
from schema.declarations.base import Model, Row
from schema.domain.accounts.governing import governed
from schema.domain.shared.fields import Dated
from schema.domain.shared.scopes import is_scoped
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.jobs.files import file_of


def asked_by(actor: Actor, job: Model) -> ColumnElement[bool]:
    """Select the jobs that the actor asked for, by the same membership or key."""
    if actor.asker_id is None:
        return false()
    return or_(job.membership_id == actor.asker_id, job.key_id == actor.asker_id)


def visible_jobs(actor: Actor, job: Model) -> ColumnElement[bool]:
    """Show one's own; to a scoped organiser also those of the organisers and reviewers of its scopes."""
    if not is_scoped(actor):
        return asked_by(actor, job)
    held = shared_alias(models.Membership, "visible_jobs")
    return or_(asked_by(actor, job), job.membership_id.in_(select(held.id).where(governed(actor, held))))


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job wrote, and its address for whoever asked for it."""

    name: str
    media_type: str
    bytes: int
    url: str
    expires_at: datetime


def files(parents: Sequence[Row], context: Context) -> list[JobFile | None]:
    """Return the file of each job; None without one, for others than the asker, and once it has expired."""
    return [_file(each, context) for each in parents]


def _file(job: Row, context: Context) -> JobFile | None:
    stored = file_of(job)
    if stored is None or context.actor.asker_id not in (job.membership_id, job.key_id) or not context.actor.asker_id:
        return None
    return JobFile(stored.name, stored.media_type, stored.bytes, f"/jobs/{job.id}/file", stored.expires_at)


def askers(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return the name of the account or key that asked for each job; None for the system."""
    keys, accounts = {each.key_id for each in parents}, {each.account_id for each in parents}
    account, key = models.Account, models.ApiKey
    names: dict[str, str] = {}
    for model, ids in ((key, keys), (account, accounts)):
        if wanted := ids - {None}:
            rows = context.session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
            names.update((identifier, name) for identifier, name in rows)
    return [names.get(each.account_id or each.key_id or "") for each in parents]


@entity(
    models.Job,
    "A piece of work that takes longer than a request: an export, an import, or what a plugin declares.",
    rows=visible_jobs,
    root=("job", "jobs"),
)
class Job(Dated):
    kind = column("Its kind, such as `export`.", filter=True)
    state = column("How far it has come.", filter=True)
    arguments = column("What it was asked to do.", type="JSON!")
    asked_by = batch("String", "The name of the account or key that asked for it; null for the system.", askers,
                     needs=("id", "account_id", "key_id"))  # fmt: skip
    progress = column("From 0 to 1; null if it can't tell.", filter=True)
    message = column("What it is doing.")
    attempts = column("How often it was begun.", filter=True)
    most_attempts = column("How often it is begun before it counts as failed.", filter=True)
    due_at = column("When it may begin, or be tried again.", filter=True, order=True)
    started_at = column("When the last attempt began.", filter=True)
    cancel_requested_at = column("When somebody cancelled it.", filter=True)
    ended_at = column("When it ended.", filter=True, order=True)
    result = column("Its result; null unless it succeeded.", type="JSON")
    error = column("Why the last attempt failed.")
    file = batch("JobFile", "The file that it wrote, for whoever asked for it; null once that has expired.", files,
                 needs=("id", "result", "membership_id", "key_id"))  # fmt: skip
