"""Maps headers to columns, by the mapping file or by their English or Chinese names."""

import dataclasses
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from store.imports.kinds import Kind
from store.imports.kinds.column import Column, Recognition
from store.imports.kinds.field import Field, Role
from store.imports.planning.header_readings import fold_header, halves_of, hints_of, readings_of
from store.imports.planning.mapping import IGNORE, ColumnSpec, FilePart, MappingError
from store.imports.values.amounts import parse_unit
from store.imports.values.folding import folded
from store.imports.values.scripts import language_of


@dataclass(frozen=True, slots=True)
class HeaderProblem:
    """An unusable header, and what to do."""

    header: str
    message: str
    suggestion: str = ""
    """For an unknown header: the field that it may mean."""


def known_headers(kind: Kind) -> dict[str, Field]:
    """Return every folded name that a header of `kind` may have."""
    return _known(kind.fields)


@cache
def _known(fields: tuple[Field, ...]) -> dict[str, Field]:
    known = {folded(field.name): field for field in fields}
    for field in sorted(fields, key=lambda field: field.role is Role.ID):  # 项目编号 may be somebody else's id
        for header in field.headers:
            known.setdefault(folded(header), field)
    return known


def columns_of(kind: Kind, headers: Sequence[str], part: FilePart) -> tuple[list[Column], list[HeaderProblem]]:
    """Return the columns of a file of `kind`, and the unusable headers.

    Raises MappingError if the mapping names an unknown field or header.
    """
    columns: list[Column] = []
    problems: list[HeaderProblem] = []
    specified = _specified(headers, part)
    for header in headers:
        specs = specified.get(header)
        if specs is not None:
            columns += [_by_mapping(kind, header, spec, part) for spec in specs]
        elif (column := _by_name(kind, header, part)) is not None:
            columns.append(column)
        elif part.other_columns == "ignore" or header == PROBLEM_HEADER:
            columns.append(Column(header, None, Recognition.OTHER))
        else:
            problems.append(_unknown(kind, header))
    columns = _given_way(kind, columns)
    columns += [_constant(kind, name, value, part) for name, value in part.constants.items()]
    return columns, problems + _repeated(kind, columns) + _missing(kind, columns)


def known_by(kind: Kind, part: FilePart) -> Callable[[str], bool]:
    """Return a test for headers of `kind` or of the mapping."""
    mapped = {fold_header(name) for name in part.columns}
    known = known_headers(kind)

    def is_header(text: str) -> bool:
        if fold_header(text) in mapped or any(folded(name) in known for name, _, _ in readings_of(text)):
            return True
        return _by_halves(kind, text, part) is not None

    return is_header


CONSTANT = "\0constant:"
"""Prefix of a constant's header."""
PROBLEM_HEADER = "Roadshow: problem"
"""Header of what was wrong with the rows of a file that an import refused; it is ignored when they come again."""


def _constant(kind: Kind, name: str, value: str, part: FilePart) -> Column:
    field = _field(kind, name, f"constants.{name}")
    header, values = f"{CONSTANT}{name}", {CONSTANT: value}
    return Column(
        header,
        field.name,
        Recognition.MAPPING,
        language=part.language,
        currency=part.currency,
        time_zone=part.time_zone,
        values=values,
    )


def _specified(headers: Sequence[str], part: FilePart) -> dict[str, list[ColumnSpec]]:
    """Return the mapping's specifications by the header they match; folded headers match too."""
    by_fold = {fold_header(header): header for header in headers}
    specified: dict[str, list[ColumnSpec]] = {}
    for name, written in part.columns.items():
        header = name if name in headers else by_fold.get(fold_header(name))
        if header is None:
            continue  # a mapping may serve files that lack some columns
        items = written if isinstance(written, list) else [written]
        specified[header] = [ColumnSpec(field=item) if isinstance(item, str) else item for item in items]
    return specified


def _field(kind: Kind, name: str, place: str) -> Field:
    field = kind.field(name) or known_headers(kind).get(folded(name))
    if field is None:
        close = difflib.get_close_matches(name, [known.name for known in kind.fields], 1)
        hint = f"; did you mean {close[0]}?" if close else "."
        allowed = ", ".join(known.name for known in kind.fields)
        raise MappingError(f"In the mapping, {place}: {name!r} is not a field of {kind.name}{hint} It has {allowed}")
    return field


def _by_mapping(kind: Kind, header: str, spec: ColumnSpec, part: FilePart) -> Column:
    if spec.field == IGNORE:
        return Column(header, None, Recognition.MAPPING)
    written, _, tag = spec.field.partition("@")
    name = _field(kind, written, f"columns.{header}").name
    _, language, unit = hints_of(header)
    if spec.unit is not None and (unit := parse_unit(spec.unit)) is None:
        raise MappingError(
            f"In the mapping, columns.{header}.unit: {spec.unit!r} is not a unit; write one such as 万元"
        )
    return Column(
        header,
        name,
        Recognition.MAPPING,
        language=tag or spec.language or language or part.language,
        unit=unit,
        currency=spec.currency or part.currency,
        time_zone=spec.time_zone or part.time_zone,
        separators=spec.separator,
        country=spec.country,
        day_first=spec.day_first,
        first_day_is_filler=spec.first_day_is_filler,
        values={folded(cell): meaning for cell, meaning in spec.values.items()},
        scheme=spec.scheme,
        unknown=spec.unknown,
    )


def _by_name(kind: Kind, header: str, part: FilePart) -> Column | None:
    known = known_headers(kind)
    for part_of, (name, language, unit) in enumerate(readings_of(header)):
        field = known.get(folded(name))
        if field is None or (language and field.role not in (Role.LOCALIZED, Role.LOCALIZED_LIST)):
            continue
        own = Recognition.NAME if folded(name) == folded(field.name) else Recognition.HEADER
        return Column(
            header,
            field.name,
            Recognition.PART if part_of else own,
            language=language or part.language,
            unit=unit,
            currency=part.currency,
            time_zone=part.time_zone,
        )
    return _by_halves(kind, header, part)


def _by_halves(kind: Kind, header: str, part: FilePart) -> Column | None:
    """Return the column of a header in two languages if both halves name one field."""
    columns = [_by_name(kind, half, part) for half in halves_of(header)]
    fields = {None if column is None else column.field for column in columns}
    if not columns or columns[0] is None or len(fields) != 1:
        return None
    languages = {column.language for column in columns if column is not None} - {part.language}
    if len(languages) > 1:
        return None
    unit = hints_of(header)[2] or next((column.unit for column in columns if column is not None and column.unit), None)
    language = next(iter(languages), part.language)
    return dataclasses.replace(
        columns[0], header=header, recognition=Recognition.BILINGUAL, language=language, unit=unit
    )


def _unknown(kind: Kind, header: str) -> HeaderProblem:
    known = known_headers(kind)
    close = difflib.get_close_matches(folded(header), list(known), 1, cutoff=0.75)
    suggestion = known[close[0]].name if close else ""
    hint = f" (perhaps {suggestion})" if suggestion else ""
    message = (
        f"is not a known column of {kind.name}{hint}; add to the mapping file under 'columns' the line "
        f"{in_yaml(header)}: {IGNORE}, or a field instead of {IGNORE}"
    )
    return HeaderProblem(header, message, suggestion)


def in_yaml(text: str) -> str:
    """Quote `text` as a key of a YAML mapping."""
    written: str = yaml.dump(text, default_style='"', allow_unicode=True, width=1 << 20)
    return written.removesuffix("\n")


def _given_way(kind: Kind, columns: list[Column]) -> list[Column]:
    """Let columns yield to another field if a second column claims theirs: see `instead`."""
    yielding = {folded(header): field for header, field in kind.instead.items()}
    fed = {column.field for column in columns}
    changed = list(columns)
    for index, column in enumerate(columns):
        name = yielding.get(folded(hints_of(column.header)[0]))
        rivals = [other for other in columns if other.field == column.field and other is not column]
        steady = [other for other in rivals if folded(hints_of(other.header)[0]) not in yielding]
        if name and steady and not column.by_mapping and name not in fed and column.field is not None:
            changed[index] = dataclasses.replace(column, field=name, recognition=Recognition.YIELDED, language=None)
            fed.add(name)
    return changed


def _repeated(kind: Kind, columns: Sequence[Column]) -> list[HeaderProblem]:
    """Find columns with the same meaning: one field, or one multilingual field in one language."""
    first: dict[str, str] = {}
    problems = []
    for column in columns:
        field = kind.field(column.field) if column.field else None
        if field is None or column.header.startswith(CONSTANT):
            continue
        meaning = field.name
        if field.role is Role.LOCALIZED:  # headers of one script above texts of one language
            meaning += f"@{column.language or 'by script, ' + language_of(column.header)}"
        elif field.many:
            continue
        before = first.setdefault(meaning, column.header)
        if before is not column.header and not (field.many and column.by_mapping):
            message = f"means the field {field.name}, like {before!r}; map one of them to another field or '{IGNORE}'"
            problems.append(HeaderProblem(column.header, message))
    return problems


def _missing(kind: Kind, columns: Sequence[Column]) -> list[HeaderProblem]:
    given = {column.field for column in columns}
    given |= {"place"} if given & {"country", "region", "city"} else set()
    return [
        HeaderProblem(
            name, f"is required for {kind.name}, but no column provides it; name it under 'columns' or 'constants'"
        )
        for name in kind.required
        if name not in given
    ]
