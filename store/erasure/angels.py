"""Erases a business angel, an investor that is a person: all but the projects' history, which loses the person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.orm import Session

from store.changes import ChangeRecord, keep_commit_order, record_many
from store.enums import InvestorType
from store.erased_keys import remember
from store.erasure.documents import documents_of
from store.erasure.mentions import mentions
from store.erasure.persons import (
    Erasure,
    ErasureError,
    _empty,
    _erasable,
    _erased,
    _logged_texts,
    _names,
    _redact,
    _remove_vectors,
    _rename,
    _table,
    keys_named_after,
)
from store.merging.forgetting import forget, merged_with
from store.models import (
    ApiKey,
    CorrectionRequest,
    Document,
    Exposure,
    ExternalId,
    Identified,
    Interest,
    Investment,
    Investor,
    InvestorConcept,
    InvestorExclusion,
    InvestorPlace,
    InvestorTrack,
    Match,
    RankingSnapshot,
    SearchDocument,
    StatisticalClaim,
    UnmappedTerm,
)
from store.models.base import follow_public, now
from store.search import index
from store.search.fields import texts_of

_ITS_OWN: tuple[tuple[type[Identified], str], ...] = (
    (InvestorTrack, "investor_id"),
    (InvestorConcept, "investor_id"),
    (InvestorPlace, "investor_id"),
    (InvestorExclusion, "investor_id"),
    (Interest, "subject_id"),
    (Exposure, "subject_id"),
    (RankingSnapshot, "subject_id"),
    (StatisticalClaim, "subject_id"),
    (UnmappedTerm, "entity_id"),
    (Document, "subject_id"),
    (CorrectionRequest, "subject_id"),
)
"""Rows about the investor alone, and the column that refers to it."""
_OF_OTHERS_TOO: tuple[tuple[type[Identified], str, tuple[str, ...], str], ...] = (
    (
        Investment,
        "investor_id",
        ("amount", "currency", "stated_amount", "stated_currency", "lead", "quote", "source_document_id"),
        "with project, round and date; without amount, role, quote and source",
    ),
    (Match, "subject_id", ("note", "reason"), "with project and stages; without note and reason"),
)
"""Rows that are also a project's history: they stay, without these columns, and refer to a record without a name."""


def erase_angel(session: Session, investor_id: str, chunks_of: Callable[[str], Iterable[str]] | None = None) -> Erasure:
    """Erase a business angel's data in the session's transaction (of `database.write`); see `erase_talent`.

    Its mandate, answers, exposures and kept rankings go, and what other rankings say of it. Investments and matches
    stay with the empty record, as the projects' history, without what they hold of the person (amounts, notes, quotes);
    `Erasure.left` counts them. Raises ErasureError for an unknown id and for an investor that isn't a person.
    """
    session.flush()
    keep_commit_order(session)
    investor = session.get(Investor, investor_id)
    if investor is None:
        raise ErasureError(f"investor: there is no {investor_id!r}; give the id of an investor ({Investor.prefix}_…)")
    if investor.type is not InvestorType.ANGEL:
        raise ErasureError(f"{investor_id} is an investor of type {investor.type.value}, not a person (ANGEL)")
    for merged in merged_with(session, investor_id):
        erase_angel(session, merged, chunks_of)
    if session.get_bind().dialect.name == "sqlite":
        session.connection().execute(text("PRAGMA secure_delete = ON"))  # overwrite deleted content
    names = _names(session, investor)
    documents = documents_of(session, investor_id)
    keys = session.scalars(select(ApiKey.id).where(ApiKey.subject_id == investor_id)).all()
    named = keys_named_after(session, names, keys)
    records = [_erased(Investor, investor_id), *(_erased(ApiKey, key_id) for key_id in (*keys, *named))]
    records += [
        _erased(model, row_id, investor_id)
        for model, column in _ITS_OWN
        for row_id in session.scalars(select(_table(model).c.id).where(_table(model).c[column] == investor_id))
    ]
    remaining = [
        _erased(model, row_id)
        for model, column, *_ in _OF_OTHERS_TOO
        for row_id in session.scalars(select(_table(model).c.id).where(_table(model).c[column] == investor_id))
    ]
    listing = [row_id for row_id, _ in _rankings_with(session, investor_id)]
    erased = tuple(records)
    records += [*remaining, *(_erased(RankingSnapshot, row_id) for row_id in listing)]
    texts = {value for record in records for value in _logged_texts(session, record.entity_id)}
    texts.update(value for column in _erasable(Investor) for _, value in texts_of(getattr(investor, column)))
    forget(session, {investor_id, *(each.entity_id for each in records)})
    record_many(session, records)
    external_ids = _forget_ids(session, [investor_id, *(each.entity_id for each in remaining)])
    links = _remove_own(session, investor_id, erased)
    _anonymise(session, investor_id)
    _silence_rankings(session, investor_id)
    _empty(session, Investor, investor_id, keys)
    _rename(session, named)
    changes = _redact(session, records, [*keys, *named])
    vectors = _remove_vectors(session, texts, chunks_of or (lambda value: [value]))
    session.expire_all()
    index.optimize(session)
    return Erasure(
        investor_id, links, changes, vectors, len(keys), external_ids, len(named), mentions(session, names),
        tuple(_left(session, investor_id)), documents=documents,
    )  # fmt: skip


def _anonymise(session: Session, investor_id: str) -> None:
    """Empty what rows that stay hold of the person."""
    for model, column, personal, _ in _OF_OTHERS_TOO:
        table = _table(model)
        values = dict.fromkeys(personal) | {"updated_at": now(), "version": table.c.version + 1}
        values |= follow_public(model, values, {"public_version": table.c.get("public_version")})
        session.connection().execute(update(table).where(table.c[column] == investor_id).values(values))


def _silence_rankings(session: Session, investor_id: str) -> None:
    """Remove the sentences about the investor from kept rankings of investors; its rank and score stay."""
    table = _table(RankingSnapshot)
    for row_id, lines in _rankings_with(session, investor_id):
        silenced = [_silenced(line) if line["id"] == investor_id else line for line in lines]
        session.connection().execute(update(table).where(table.c.id == row_id).values({"items": silenced}))


def _rankings_with(session: Session, investor_id: str) -> list[tuple[str, list[dict[str, object]]]]:
    """Kept rankings of others that list the investor: their ids and lines."""
    table = _table(RankingSnapshot)
    rows = session.execute(select(table.c.id, table.c["items"]).where(table.c.target == "INVESTOR"))
    return [(row[0], row[1]) for row in rows if any(line["id"] == investor_id for line in row[1])]


def _silenced(line: Mapping[str, object]) -> dict[str, object]:
    silenced = dict(line)
    for name in ("contributions", "gates"):
        parts = cast("list[dict[str, object]]", line.get(name) or [])
        silenced[name] = [{**each, "reason": {}} for each in parts]
    return {**silenced, "reasons": []}


def _forget_ids(session: Session, ids: Sequence[str]) -> int:
    of_investor: ColumnElement[bool] = ExternalId.entity_id.in_(ids)
    rows = session.execute(select(ExternalId.entity_type, ExternalId.namespace, ExternalId.value).where(of_investor))
    keys = [(row[0], row[1], row[2]) for row in rows]
    remember(session, keys)
    session.connection().execute(delete(ExternalId).where(of_investor))
    return len(keys)


def _remove_own(session: Session, investor_id: str, records: Sequence[ChangeRecord]) -> int:
    connection = session.connection()
    links = 0
    for model, _ in _ITS_OWN:
        ids = [record.entity_id for record in records if record.entity_type == _table(model).name]
        links += connection.execute(delete(_table(model)).where(_table(model).c.id.in_(ids))).rowcount
    connection.execute(delete(SearchDocument).where(SearchDocument.entity_id == investor_id))
    return links


def _left(session: Session, investor_id: str) -> Iterable[str]:
    for model, column, _, what in _OF_OTHERS_TOO:
        table = _table(model)
        count = session.scalar(select(func.count()).select_from(table).where(table.c[column] == investor_id))
        if count:
            yield f"{count} rows of {table.name}, the history of projects, refer to the empty record: {what}"
