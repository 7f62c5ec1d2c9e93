"""Laws of import: twice is once, rows may come in any order, the last version counts."""

from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from store.database import Database
from store.models import Concept, ExternalId, Place, Project, ProjectConcept
from store.models.base import UPKEEP
from tests.store.imports.support import changes, run, table

HEADERS = ["id", "name", "名称", "categories", "stage", "ask", "country", "city", "founded"]
WORD = st.text(st.sampled_from("abcdefg甲乙丙丁"), min_size=1, max_size=4).filter(lambda word: word not in ("a", "b"))
ROW = st.tuples(
    st.text(st.sampled_from("cdefg"), min_size=3, max_size=5),  # one script: texts in other languages would stay
    st.text(st.sampled_from("甲乙丙丁戊"), min_size=1, max_size=4),
    st.lists(WORD, min_size=1, max_size=3).map("; ".join),
    st.sampled_from(["seed", "A轮", "战略投资"]),
    st.sampled_from(["5-8万元", "$3m", "1.5亿人民币"]),
    st.sampled_from(["CN", "德国"]),
    st.sampled_from(["Xcity", "Ycity", "丙市"]),
    st.sampled_from(["2020", "2021年上半年", "mid-July 2022"]),
)
ROWS = st.dictionaries(st.sampled_from("123456"), ROW, min_size=1, max_size=6)
NAMESPACES = count()
SLOWLY = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes long enough to make shrinking endless
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def write(directory: Path, rows: dict[str, tuple[str, ...]], backwards: bool = False) -> Path:
    listed = [[identifier, *row] for identifier, row in rows.items()]
    return table(directory / "projects.csv", [HEADERS, *(reversed(listed) if backwards else listed)])


def state(database: Database, namespace: str) -> dict[str, Any]:
    """What the store holds of each project of a namespace, without ids, versions and times."""
    hidden = UPKEEP | {"id", "version", "origin_place_id"}
    with database.read() as session:
        found = {}
        statement = select(ExternalId.value, Project).join(Project, Project.id == ExternalId.entity_id)
        for value, project in session.execute(statement.where(ExternalId.namespace == namespace)):
            place = session.get(Place, project.origin_place_id)
            labels = session.scalars(
                select(Concept.name).join(ProjectConcept).where(ProjectConcept.project_id == project.id)
            )
            columns = {c.key: getattr(project, c.key) for c in Project.__table__.columns if c.key not in hidden}
            names = sorted(next(iter(name.values())).casefold() for name in labels)
            found[value] = (columns, place.name if place else None, names)
    return found


@SLOWLY
@given(ROWS)
def test_importing_twice_is_importing_once(sqlite_database: Database, tmp_path: Path, rows: dict[str, Any]) -> None:
    namespace = f"n{next(NAMESPACES)}"
    run(sqlite_database, write(tmp_path, rows), namespace=namespace)
    before = changes(sqlite_database)
    run(sqlite_database, write(tmp_path, rows, backwards=True), namespace=namespace)
    assert changes(sqlite_database) == before


@SLOWLY
@given(ROWS, ROWS)
def test_the_last_version_of_a_row_counts(
    sqlite_database: Database, tmp_path: Path, first: dict[str, Any], second: dict[str, Any]
) -> None:
    step_by_step, at_once = f"n{next(NAMESPACES)}", f"n{next(NAMESPACES)}"
    run(sqlite_database, write(tmp_path, first), namespace=step_by_step)
    mapping = {"columns": {"id": "id"}}  # else new names for every record would be asked about
    run(sqlite_database, write(tmp_path, second, backwards=True), namespace=step_by_step, mapping=mapping)
    run(sqlite_database, write(tmp_path, first | second), namespace=at_once)
    assert state(sqlite_database, step_by_step) == state(sqlite_database, at_once)
