"""From files and options to a plan: which file holds what, and how each of its columns is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.imports.kinds import KINDS, Kind
from store.imports.planning.headers import columns_of
from store.imports.planning.mapping import FilePart, MappingError, MappingFile
from store.imports.problems import RowProblem
from store.imports.readers import FileError, RowReader, Source, open_source
from store.imports.readers.source import Stamp
from store.imports.records.reader import RecordReader
from store.imports.values.texts import folded


@dataclass(slots=True)
class FilePlan:
    """One file of a run."""

    number: int
    path: Path
    kind: Kind
    source: Source
    reader: RecordReader
    stamp: Stamp
    ignored: list[str]
    """Headers that the mapping leaves out."""


def plan_files(
    paths: Sequence[Path],
    mapping: MappingFile,
    kind: str | None,
    formats: Mapping[str, RowReader],
    format_name: str | None,
) -> tuple[list[FilePlan], list[RowProblem]]:
    """The files in the order in which they are written, and what is wrong with their headers.

    Raises MappingError for options or a mapping that can't be used.
    """
    if format_name is not None and format_name not in formats:
        known = ", ".join(sorted(formats)) or "none: no plugin brings one"
        raise MappingError(f"There is no format {format_name!r}; there are {known}")
    read = formats[format_name] if format_name else None
    plans: list[FilePlan] = []
    problems: list[RowProblem] = []
    for path in dict.fromkeys(paths):
        part = mapping.part(path)
        known_kind = _kind_of(path, part, kind)
        try:
            stamp = Stamp.of(path) if path.is_file() else Stamp(0, 0)
            source = open_source(path, sheet=part.sheet, encoding=part.encoding, delimiter=part.delimiter, read=read)
        except FileError as error:
            problems.append(RowProblem(path, 0, "", "", str(error).removeprefix(f"{path} ")))
            continue
        columns, header_problems = columns_of(known_kind, [header for header in source.headers if header], part)
        problems += [RowProblem(path, 0, item.header, "", item.message) for item in header_problems]
        sheets = getattr(source, "sheets", ())
        if header_problems and len(sheets) > 1 and part.sheet is None:
            said = f"has the sheets {', '.join(sheets)}, of which the first was read"
            problems.append(RowProblem(path, 0, "", "", f"{said}; name another 'sheet' in the mapping file"))
        ignored = [column.header for column in columns if column.field is None]
        reader = RecordReader(known_kind, columns, path)
        plans.append(FilePlan(0, path, known_kind, source, reader, stamp, ignored))
    order = list(KINDS)
    plans.sort(key=lambda plan: order.index(plan.kind.name))
    for number, plan in enumerate(plans):
        plan.number = number
    return plans, problems


def _kind_of(path: Path, part: FilePart, kind: str | None) -> Kind:
    """The kind that the mapping, the option or the file's name says."""
    name = part.kind or kind
    if name is not None:
        found = KINDS.get(name) or next((known for known in KINDS.values() if folded(name) in _names(known)), None)
        if found is None:
            raise MappingError(f"{name!r} can't be imported; the kinds are {', '.join(KINDS)}")
        return found
    stem = folded(path.stem)
    fitting = [known for known in KINDS.values() if stem in _names(known)]
    if len(fitting) != 1:
        raise MappingError(f"{path}: what does it hold? Give --kind, or 'kind' in the mapping: {', '.join(KINDS)}")
    return fitting[0]


def _names(kind: Kind) -> set[str]:
    return {folded(name) for name in (kind.name, kind.name.removesuffix("s"), *kind.file_names)}
