"""From headers to columns: by the mapping file, else by name in English or Chinese."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from store.imports.kinds import Kind
from store.imports.kinds.column import Column
from store.imports.kinds.fields import Field, Role
from store.imports.planning.mapping import IGNORE, ColumnSpec, FilePart, MappingError
from store.imports.values.amounts import Unit, parse_unit
from store.imports.values.texts import SEPARATORS, folded

_LANGUAGES = {
    "en": "en|english|英文|英语|英",
    "zh": "zh|cn|chinese|中文|汉语|中",
    "ja": "ja|japanese|日文|日语",
    "ko": "ko|korean|韩文|韩语",
    "de": "de|german|德文|德语",
    "fr": "fr|french|法文|法语",
    "ru": "ru|russian|俄文|俄语",
    "es": "es|spanish|西班牙文",
}
_LANGUAGE_OF = {name: tag for tag, names in _LANGUAGES.items() for name in names.split("|")}
_HINT = re.compile(r"^(?P<name>.*?)\s*[(\[【（](?P<hint>[^)\]】）]*)[)\]】）]\s*\*?$")
_SUFFIX = re.compile(r"^(?P<name>.+?)[_\-. :](?P<language>[a-z]{2}|english|chinese)$")
_PREFIX = re.compile(r"^(?P<language>英文|中文|日文|韩文|德文|法文|俄文|english |chinese )(?P<name>.+)$")


@dataclass(frozen=True, slots=True)
class HeaderProblem:
    """A header that can't be used, and what to do."""

    header: str
    message: str


def known_headers(kind: Kind) -> dict[str, Field]:
    """Every name that a header of `kind` may have, folded."""
    return _known(kind.name)


@cache
def _known(kind_name: str) -> dict[str, Field]:
    from store.imports.kinds import KINDS

    kind = KINDS[kind_name]
    known = {folded(field.name): field for field in kind.fields}
    for field in sorted(kind.fields, key=lambda field: field.role is Role.ID):  # 项目编号 may be somebody else's id
        for header in field.headers:
            known.setdefault(folded(header), field)
    return known


def columns_of(kind: Kind, headers: Sequence[str], part: FilePart) -> tuple[list[Column], list[HeaderProblem]]:
    """The columns of a file of `kind`, and the headers that can't be used.

    Raises MappingError where the mapping names a field, or a header, that there is not.
    """
    columns: list[Column] = []
    problems: list[HeaderProblem] = []
    specified = _specified(headers, part)
    for header in headers:
        specs = specified.get(header)
        if specs is not None:
            columns += [_by_mapping(kind, header, spec, part) for spec in specs]
        elif (found := _by_name(kind, header, part)) is not None:
            columns.append(found)
        elif part.other_columns == "ignore":
            columns.append(Column(header, None))
        else:
            problems.append(HeaderProblem(header, _unknown(kind, header)))
    columns += [_constant(kind, name, value, part) for name, value in part.constants.items()]
    return columns, problems + _repeated(kind, columns) + _missing(kind, columns)


CONSTANT = "\0constant:"
"""Begins the header of a constant's column."""


def _constant(kind: Kind, name: str, value: str, part: FilePart) -> Column:
    _field(kind, name, f"constants.{name}")
    return Column(f"{CONSTANT}{name}", name, language=part.language, currency=part.currency, values={CONSTANT: value})


def _specified(headers: Sequence[str], part: FilePart) -> dict[str, list[ColumnSpec]]:
    """The mapping's specifications by the header that they mean; a folded header is enough."""
    by_fold = {_fold(header): header for header in headers}
    specified: dict[str, list[ColumnSpec]] = {}
    for name, written in part.columns.items():
        header = name if name in headers else by_fold.get(_fold(name))
        if header is None:
            continue  # a mapping may serve files of which some lack a column
        items = written if isinstance(written, list) else [written]
        specified[header] = [ColumnSpec(field=item) if isinstance(item, str) else item for item in items]
    return specified


def _fold(header: str) -> str:
    return unicodedata.normalize("NFKC", header).casefold().strip()


def _field(kind: Kind, name: str, place: str) -> Field:
    field = kind.field(name)
    if field is None:
        close = difflib.get_close_matches(name, [known.name for known in kind.fields], 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        allowed = ", ".join(known.name for known in kind.fields)
        raise MappingError(f"In the mapping, {place}: {name!r} is not a field of {kind.name}{hint} It has {allowed}")
    return field


def _by_mapping(kind: Kind, header: str, spec: ColumnSpec, part: FilePart) -> Column:
    if spec.field == IGNORE:
        return Column(header, None)
    name, _, tag = spec.field.partition("@")
    _field(kind, name, f"columns.{header}")
    _, language, unit = _hints(header)
    if spec.unit is not None and (unit := parse_unit(spec.unit)) is None:
        raise MappingError(
            f"In the mapping, columns.{header}.unit: {spec.unit!r} is not a unit; write one such as 万元"
        )
    return Column(
        header,
        name,
        language=tag or spec.language or language or part.language,
        unit=unit,
        currency=spec.currency or part.currency,
        separators=spec.separator or SEPARATORS,
        day_first=spec.day_first,
        first_day_is_filler=spec.first_day_is_filler,
        values={folded(cell): meaning for cell, meaning in spec.values.items()},
        scheme=spec.scheme,
        unknown=spec.unknown,
    )


def _by_name(kind: Kind, header: str, part: FilePart) -> Column | None:
    known = known_headers(kind)
    for name, language, unit in _readings(header):
        field = known.get(folded(name))
        if field is None or (language and field.role not in (Role.LOCALIZED, Role.LOCALIZED_LIST)):
            continue
        return Column(header, field.name, language=language or part.language, unit=unit, currency=part.currency)
    return None


def _readings(header: str) -> Iterable[tuple[str, str | None, Unit | None]]:
    """What `header` may mean: whole, without its brackets, and without a language's name."""
    plain = _fold(header).rstrip("*:： ").strip()
    yield plain, None, None
    name, language, unit = _hints(header)
    if name != plain or language:
        yield name, language, unit


def _hints(header: str) -> tuple[str, str | None, Unit | None]:
    """Name, language and unit of a header such as `融资额（万元）`, `name_en` or `英文名称`."""
    name = _fold(header).rstrip("*:： ").strip()
    language: str | None = None
    unit: Unit | None = None
    if match := _HINT.match(name):
        name = match["name"]
        hint = match["hint"].strip()
        language = _LANGUAGE_OF.get(hint)
        unit = None if language else parse_unit(hint) if hint else None
    for pattern in (_SUFFIX, _PREFIX):
        if (match := pattern.match(name)) and (tag := _LANGUAGE_OF.get(match["language"].strip())):
            return match["name"], tag, unit
    return name, language, unit


def _unknown(kind: Kind, header: str) -> str:
    known = known_headers(kind)
    close = difflib.get_close_matches(folded(header), list(known), 1, cutoff=0.75)
    hint = f" (perhaps {known[close[0]].name})" if close else ""
    return (
        f"is not known as a column of {kind.name}{hint}; add to the mapping file under 'columns' either "
        f"'{header}: <field>' or '{header}: {IGNORE}'"
    )


def _repeated(kind: Kind, columns: Sequence[Column]) -> list[HeaderProblem]:
    first: dict[str, str] = {}
    problems = []
    for column in columns:
        if column.field is None:
            continue
        field: Any = kind.field(column.field)
        before = first.setdefault(column.field, column.header)
        if before is not column.header and not field.many and not column.header.startswith(CONSTANT):
            message = (
                f"means the field {column.field}, as {before!r} does; map one of them to another field or '{IGNORE}'"
            )
            problems.append(HeaderProblem(column.header, message))
    return problems


def _missing(kind: Kind, columns: Sequence[Column]) -> list[HeaderProblem]:
    given = {column.field for column in columns}
    given |= {"place"} if given & {"country", "region", "city"} else set()
    return [
        HeaderProblem(
            name, f"is needed for {kind.name}, but no column means it; name it under 'columns' or 'constants'"
        )
        for name in kind.required
        if name not in given
    ]
