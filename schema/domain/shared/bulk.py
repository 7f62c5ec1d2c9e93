"""Many records in one call: each row creates a record or changes one, and reports what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments
from schema.declarations.entities import Entity
from schema.declarations.errors import Code
from schema.domain.shared import idempotency
from schema.domain.shared.entity_mutations import created, updated
from schema.domain.shared.external_ids import holder_of
from schema.domain.shared.faults import told_at_once
from schema.domain.shared.idempotency import KeyedCall
from schema.domain.shared.problems import Payload, RefusedError, UserError, bad, forbidden
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import REFUSALS, refusals_of, row_values
from schema.request.context import Context
from schema.sql.lookups import split

EXTERNAL_IDS = "external_ids"
MOST_ROWS = 1_000
"""Maximum number of rows of a call."""


def mutation_of(entity: Entity) -> str | None:
    """Return the name of the mutation that writes many records of a type, in snake case; None where there is none."""
    if not entity.writable or entity.root is None or EXTERNAL_IDS not in entity.fields:
        return None
    return f"upsert_{entity.root[1].removeprefix('all_')}"


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    REFUSED = "REFUSED"
    NOT_WRITTEN = "NOT_WRITTEN"


OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CREATED: "A new record, or what would be one in a dry run.",
    Outcome.UPDATED: "A change of the record with this id or external id.",
    Outcome.REFUSED: "Something is wrong with it; its `userErrors` say what.",
    Outcome.NOT_WRITTEN: "Nothing is wrong with it, but another row was refused and all or nothing was asked for.",
}


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row."""

    outcome: Outcome
    written: object = None
    user_errors: Sequence[UserError] = ()


@dataclass(frozen=True, slots=True)
class BulkPayload:
    """What became of all rows, in their order, and what was wrong with the call."""

    results: Sequence[RowResult] = ()
    user_errors: Sequence[UserError] = ()
    dry_run: bool = False

    @property
    def written_count(self) -> int:
        done = (Outcome.CREATED, Outcome.UPDATED)
        return 0 if self.dry_run else sum(each.outcome in done for each in self.results)


Found: TypeAlias = tuple[Outcome, GivenArguments]
"""Whether a row creates or changes, and the arguments of the mutation that does so."""


class _UndoneError(Exception):
    """Rolls the whole call back."""


class Upsert:
    """The mutation that creates or changes many records of one type."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity

    async def __call__(self, _: object, context: Context, arguments: GivenArguments) -> BulkPayload:
        """Write the rows; each is refused by itself unless all or nothing is asked for."""
        dry_run, rows = bool(arguments.get("dry_run")), arguments["rows"]
        try:
            call = self._checked(context, arguments)
        except RefusedError as refused:
            return BulkPayload(user_errors=refused.errors, dry_run=dry_run)
        results: list[RowResult] = []
        try:
            with context.write() as session:
                for number, row in enumerate(rows):
                    own = None if call is None else idempotency.call_of_row(call, number, row)
                    results.append(await self._row(context, session, number, row, own))
                failed = any(each.user_errors for each in results)
                if dry_run or (failed and arguments.get("all_or_nothing", True)):
                    raise _UndoneError
        except _UndoneError:
            shown = dry_run and not (failed and arguments.get("all_or_nothing", True))
            results = [_undone(each, shown) for each in results]
        finally:
            context.refresh()
        return BulkPayload(results, dry_run=dry_run)

    def _checked(self, context: Context, arguments: GivenArguments) -> KeyedCall | None:
        """Return the call by its idempotency key. Raises RefusedError for what concerns all rows."""
        count, key = len(arguments["rows"]), arguments.get("idempotency_key")
        if not 1 <= count <= MOST_ROWS:
            raise bad(f"Give 1 to {MOST_ROWS:,} rows; these are {count:,}.", "rows")
        if not any(may_try(context.actor, self.entity, create) for create in (True, False)):
            raise forbidden(f"{context.actor.role} may not write this.")
        if key is None or arguments.get("dry_run"):
            return None
        return idempotency.call_of(context.actor, f"upsert{self.entity.name}", key, {})

    async def _row(
        self, context: Context, session: Session, number: int, row: GivenArguments, call: KeyedCall | None
    ) -> RowResult:
        outcome = Outcome.REFUSED

        async def write(_: object, context: Context, given: GivenArguments) -> Payload:
            nonlocal outcome
            try:
                present = None if call is None else idempotency.made_by(session, call)
                if present is not None:  # an earlier call wrote it
                    given = {"id": present, "input": {}}
                outcome, asked = self._found(context, session, given)
                self._require_admitted(context, outcome, asked)
                run = created if outcome is Outcome.CREATED else updated
                written = await run(context, session, self.entity, asked)
                session.flush()
                if call is not None and present is None:
                    idempotency.note(session, call, written.id)
                return Payload(row_values(written))
            except REFUSALS as problem:
                return Payload(user_errors=refusals_of(problem))

        savepoint = session.begin_nested()
        payload = await told_at_once(write)(None, context, row)
        if not payload.user_errors:
            savepoint.commit()
            return RowResult(outcome, payload.written)
        savepoint.rollback()
        errors = [replace(each, field=("rows", str(number), *each.field)) for each in payload.user_errors]
        return RowResult(Outcome.REFUSED, user_errors=errors)

    def _found(self, context: Context, session: Session, row: GivenArguments) -> Found:
        given, identifier, key = dict(row.get("input") or {}), row.get("id"), row.get("external_id")
        if identifier is not None and key is not None:
            raise bad("Give an id or an externalId, not both.", "externalId")
        if key is not None:
            if context.actor.role not in STAFF:
                raise forbidden("Only organisers write by external ids.", "externalId")
            try:
                identifier = holder_of(session, self.entity.table_name, *split(key))
            except ValueError as error:
                raise bad(str(error), "externalId") from None
            if identifier is None or given.get(EXTERNAL_IDS) is not None:
                given[EXTERNAL_IDS] = [key, *(given.get(EXTERNAL_IDS) or ())]
        if identifier is None:
            return Outcome.CREATED, {"input": given}
        return Outcome.UPDATED, {"id": identifier, "input": given, "if_version": row.get("if_version")}

    def _require_admitted(self, context: Context, outcome: Outcome, arguments: GivenArguments) -> None:
        """Raise RefusedError where a plugin's rule refuses the mutation that the row stands for."""
        host = context.services.host
        verb = "create" if outcome is Outcome.CREATED else "update"
        refusal = host and host.operation_refusal(f"{verb}{self.entity.name}", context.actor, arguments)
        if refusal:
            raise RefusedError(UserError(Code.FORBIDDEN, refusal))


def _undone(result: RowResult, tried: bool) -> RowResult:
    """What a row has become where everything was rolled back; `tried`, in a dry run that would have been written."""
    if result.user_errors:
        return result
    return RowResult(result.outcome if tried else Outcome.NOT_WRITTEN)
