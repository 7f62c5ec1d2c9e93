"""Plans an import from files and options: the content of each file, and how each column is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from store.imports.kinds import KINDS, Kind
from store.imports.kinds.column import Column
from store.imports.planning.corrections import Corrections
from store.imports.planning.headers import HeaderProblem, columns_of, known_by
from store.imports.planning.mapping import FilePart, MappingError, MappingFile
from store.imports.problems import NoteLog, RowProblem
from store.imports.readers import FileError, RowReader, Source, open_source
from store.imports.readers.sheet import SheetSource
from store.imports.readers.source import Stamp
from store.imports.records.reader import RecordReader
from store.imports.values.folding import folded


@dataclass(slots=True)
class FilePlan:
    """One file of a run."""

    number: int
    path: Path
    kind: Kind
    source: Source
    reader: RecordReader
    stamp: Stamp
    columns: list[Column]
    unusable: list[HeaderProblem]
    """Problems of headers."""
    corrections: Corrections

    @property
    def ignored(self) -> list[str]:
        """Headers that the mapping ignores."""
        return [column.header for column in self.columns if column.field is None]

    @property
    def is_sound(self) -> bool:
        """Whether every header is usable; only then can rows be told apart."""
        return not self.unusable


@dataclass(slots=True)
class Plans:
    """The files of a run in the order of writing, and the problems of files and headers."""

    files: list[FilePlan] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Kinds of files that could not be opened, whose content is unknown."""


def plan_files(
    paths: Sequence[Path],
    mapping: MappingFile,
    kind: str | None,
    formats: Mapping[str, RowReader],
    format_name: str | None,
    notes: NoteLog,
    corrections: Corrections | None = None,
) -> Plans:
    """Plan the files of `paths`; a file with bad headers gets a plan too, so that its rows are checked at once.

    Raises MappingError for unusable options or mappings.
    """
    if format_name is not None and format_name not in formats:
        known = ", ".join(sorted(formats)) or "none: no plugin adds one"
        raise MappingError(f"Unknown format {format_name!r}; known are {known}")
    read = formats[format_name] if format_name else None
    plans = Plans()
    for path in dict.fromkeys(paths):
        part = mapping.part(path)
        known_kind = kind_of(path, part, kind)
        try:
            stamp = Stamp.of(path) if path.is_file() else Stamp(0, 0)
            source = open_source(
                path,
                sheet=part.sheet,
                encoding=part.encoding,
                delimiter=part.delimiter,
                escape=part.escape,
                read=read,
                known=known_by(known_kind, part),
            )
        except FileError as error:
            plans.problems.append(RowProblem(path, 0, "", "", str(error).removeprefix(f"{path} ")))
            plans.unread.add(known_kind.name)
            continue
        plan = _plan(path, known_kind, part, source, stamp, plans.problems, notes)
        plan.corrections = corrections or Corrections()
        plan.corrections.check(source.headers)
        plans.files.append(plan)
        if not plans.files[-1].is_sound:
            plans.unread.add(known_kind.name)
    _check_alone(plans.files)
    order = list(KINDS)
    plans.files.sort(key=lambda plan: order.index(plan.kind.name))
    for number, plan in enumerate(plans.files):
        plan.number = number
    return plans


def _check_alone(files: list[FilePlan]) -> None:
    """Raise MappingError if a kind that others name is imported beside them."""
    kinds = {plan.kind.name for plan in files}
    alone = sorted({plan.kind.name for plan in files if plan.kind.alone})
    if alone and len(kinds) > 1:
        raise MappingError(
            f"Import {alone[0]} first, in a command of their own: other records refer to them by name, and are read "
            "against those in the store"
        )


def _plan(
    path: Path, kind: Kind, part: FilePart, source: Source, stamp: Stamp, problems: list[RowProblem], notes: NoteLog
) -> FilePlan:
    columns, header_problems = columns_of(kind, [header for header in source.headers if header], part)
    others = source.others if isinstance(source, SheetSource) else ""
    if others:
        others = f" (or name the 'sheet' in the mapping file: there are {others} too)"
    for item in header_problems:
        problems.append(RowProblem(path, 0, item.header, "", item.message + others))
    for said in source.notes:
        notes.add(path, said)
    if serial := [column.header for column in columns if column.field == "serial" and not column.by_mapping]:
        text = "holds line numbers, not ids; if they are ids, write 'id' for it under 'columns' in the mapping file"
        notes.add(path, f"column {serial[0]} {text}")
    reader = RecordReader(kind, columns, path, notes)
    return FilePlan(0, path, kind, source, reader, stamp, columns, header_problems, Corrections())


def kind_of(path: Path, part: FilePart, kind: str | None) -> Kind:
    """Return the kind named by the mapping, the option or the file's name. Raises MappingError."""
    name = part.kind or kind
    if name is not None:
        known_kind = KINDS.get(name) or next((known for known in KINDS.values() if folded(name) in _names(known)), None)
        if known_kind is None:
            raise MappingError(f"{name!r} can't be imported; the kinds are {', '.join(KINDS)}")
        return known_kind
    stem = folded(path.stem)
    fitting = [known for known in KINDS.values() if stem in _names(known)]
    if len(fitting) != 1:
        raise MappingError(f"{path}: what does it hold? Give --kind, or 'kind' in the mapping: {', '.join(KINDS)}")
    return fitting[0]


def _names(kind: Kind) -> set[str]:
    return {folded(name) for name in (kind.name, kind.name.removesuffix("s"), *kind.file_names)}
