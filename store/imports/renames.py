"""Guards against line numbers taken for ids: the next list would rename every record."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.imports.planning.plans import FilePlan
from store.imports.problems import RowProblem
from store.imports.records.record import Record
from store.imports.resolving.identities import Entry
from store.imports.values.folding import folded
from store.models.base import table_of

_LONGEST_NUMBER = 6
_FEWEST = 2


class RenameGuard:
    """Counts the records of a file that keep their names and those that would be renamed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._kept = 0
        self._renamed: list[tuple[str, str, str]] = []

    def look_at(self, plan: FilePlan, records: Sequence[Record], known: Mapping[str, Entry]) -> None:
        """Compare the names of records with ids such as 1, 2, 3 with those in the store."""
        if plan.reader.id_is_mapped or "name" not in plan.reader.headers:
            return
        numbered = {known[one.key][0]: one for one in records if _is_number(one.key) and one.key in known}
        table = table_of(plan.kind.model)
        statement = select(table.c.id, table.c.name).where(table.c.id.in_(sorted(numbered)))
        for identifier, stored in self.session.execute(statement) if numbered else ():
            record = numbered[identifier]
            names = {folded(text) for text in record.names.values()}
            if not names or names & {folded(text) for text in (stored or {}).values()}:
                self._kept += 1
            else:
                old, new = next(iter((stored or {"": ""}).values())), next(iter(record.names.values()))
                self._renamed.append((record.key, old, new))

    def problems(self, plan: FilePlan) -> list[RowProblem]:
        """Return the question about the file just compared, and reset the count."""
        kept, renamed = self._kept, self._renamed
        self._kept, self._renamed = 0, []
        if kept or len(renamed) < _FEWEST:
            return []
        header = plan.reader.headers.get("id", "id")
        key, old, new = renamed[0]
        message = (
            f"would rename all {len(renamed)} stored records, such as {key} from {old!r} to "
            f"{new!r}: it seems to hold the line numbers of another list; write under 'columns' in the mapping file "
            "'ignore' for it, or 'id' if the records are the same, or give another --namespace"
        )
        return [RowProblem(plan.path, 0, header, "", message)]


def _is_number(key: str) -> bool:
    return key.isdigit() and len(key) <= _LONGEST_NUMBER
