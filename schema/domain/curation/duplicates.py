"""Records that may be one and the same: by their names, their addresses on the web, their numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlsplit

from sqlalchemy import null, select

from schema.declarations.base import STAFF, GivenArguments, Model, Row
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError, ForbiddenError
from schema.domain.curation.distinct import distinct_pairs
from schema.domain.shared.scopes import is_scoped
from schema.domain.shared.writers import own_rule
from schema.request.context import Context
from store.imports.values.folding import folded

NAME, WEBSITE, NUMBER, MAIL = "NAME", "WEBSITE", "NUMBER", "EMAIL"
SIGNALS = {
    NAME: "They share a name or another name, apart from signs and the form of a company.",
    WEBSITE: "They share an address on the web.",
    NUMBER: "They share a number in a public register, or a place's code.",
    MAIL: "They share an e-mail address.",
}
TYPES = {
    "CONCEPT": "Concept", "EVENT": "Event", "INVESTOR": "Investor", "ORGANISATION": "Organisation", "PLACE": "Place",
    "PROJECT": "Project", "TALENT": "Talent",
}  # fmt: skip
MOST_PAIRS = 200
_APART = {"Concept": "scheme_id", "Event": "edition_id", "Place": "country_code"}
"""Two records that differ in this column aren't one: a vocabulary's term, an edition's final, a town in a country."""
_MOST_ALIKE = 20
"""A value that more records share says nothing of any two."""
_FORMS = re.compile(
    r"(\b(co|company|corp|corporation|inc|incorporated|limited|ltd|llc|gmbh|ag|plc)\b|股份有限公司|有限责任公司|有限公司|公司)"
)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records that may be one."""

    first_id: str
    second_id: str
    signals: list[str]


def possible_duplicates(_: object, context: Context, arguments: GivenArguments) -> list[Duplicate]:
    """Return pairs of records that the actor may merge, those with most in common first."""
    if context.actor.role not in STAFF and not is_scoped(context.actor):
        raise ForbiddenError(f"{context.actor.role} may not list duplicates; organisers may.")
    count = arguments["first"]
    if not 0 <= count <= MOST_PAIRS:
        raise BadUserInputError(f"first: give 0 to {MOST_PAIRS}; this is {count}.", field="first")
    entity = context.registry.entities[TYPES[str(arguments["type"])]]
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    distinct = distinct_pairs(context.session)
    for (signal, _value), ids in _alike(context, entity).items():
        if len(ids) <= _MOST_ALIKE:
            for one, other in combinations(sorted(ids), 2):
                if _may_be_one(ids[one], ids[other]) and frozenset((one, other)) not in distinct:
                    pairs[one, other].add(signal)
    found = sorted(pairs.items(), key=lambda each: (-len(each[1]), each[0]))
    return [Duplicate(*pair, sorted(signals)) for pair, signals in found[:count]]


def _may_be_one(one: Row, other: Row) -> bool:
    """Whether nothing says that two records are about different things."""
    apart = one.apart is not None and other.apart is not None and one.apart != other.apart
    return not apart and not _held_apart(one, other)


def _held_apart(one: Row, other: Row) -> bool:
    """Whether two events begin on different days, as far as these are known."""
    known = [each for each in (one, other) if getattr(each, "starts_earliest", None) is not None]
    if len(known) < 2:
        return False
    return bool(one.starts_latest < other.starts_earliest or other.starts_latest < one.starts_earliest)


def _alike(context: Context, entity: Entity) -> Mapping[tuple[str, str], dict[str, Row]]:
    """The records that have a value, by signal and value, and by their ids."""
    model: Model = entity.model
    names = ("name", "aliases", "website", "registration_number", "code", "email", "starts_earliest", "starts_latest")
    columns = [getattr(model, each) for each in names if each in entity.column_names]
    own = own_rule(context.actor, entity)
    apart = getattr(model, _APART[entity.name]) if entity.name in _APART else null()
    wanted = select(model.id, apart.label("apart"), *columns).where(
        model.archived_at.is_(None), context.scope.visible(entity, model)
    )
    if own is not None:
        wanted = wanted.where(own(context.actor, model))
    rows: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in context.session.execute(wanted):
        for key in _values(row):
            rows[key][row.id] = row
    return rows


def _values(row: Row) -> Iterator[tuple[str, str]]:
    for text in {*row.name.values(), *(row.aliases or ())}:
        if bare := folded(_FORMS.sub(" ", text.casefold())):
            yield NAME, bare
    if (website := getattr(row, "website", None)) and (address := _address(website)):
        yield WEBSITE, address
    if number := getattr(row, "registration_number", None) or getattr(row, "code", None):
        yield NUMBER, folded(number)
    if mail := getattr(row, "email", None):
        yield MAIL, mail.casefold()


def _address(website: str) -> str:
    parts = urlsplit(website.casefold())
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
