"""Taking an import back: what was there before is as before, what was changed since stays, and says why."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.imports.taking_back import TakenBack, TakingBack
from store.models.base import now
from store.values.partial_dates import PartialDate
from tests.store.imports.support import by_id, run, table

HEADERS = ["id", "name", "founded", "industries", "founders", "recommended by"]
FIRST = [HEADERS, ["1", "Tidal kite", "2021", "Energy; Sea", "Ada Example", "Station Example"]]
SECOND = [
    HEADERS,
    ["1", "Tidal kite II", "2022", "Energy; Wind", "Bo Example", "Another Station"],
    ["2", "Glass loom", "2020", "Textiles", "Cy Example", "Another Station"],
    ["3", "Paper battery", "2019", "Energy", "", ""],
]
LINKS = (models.ProjectConcept, models.TeamMember, models.Recommendation)
EDITOR = Actor(Role.ORGANISER, id="key_00000000000000000000000000", name="An editor")


def take_back(database: Database, changes: tuple[int, int] | None) -> TakenBack:
    assert changes is not None
    with database.write(Actor.system("test")) as session:
        work = TakingBack(session, *changes)
        work.write("test")
    return work.found


def state(database: Database) -> dict[str, Any]:
    """What readers see, but for terms."""
    found: dict[str, Any] = {}
    upkeep = {"created_at", "updated_at", "public_updated_at", "version", "public_version"}
    with database.read() as session:
        for model in (models.Project, models.Talent, models.Organisation, *LINKS):
            rows = session.execute(select(model.__table__)).mappings()
            for row in rows:
                if row.get("archived_at") is None:
                    found[row["id"]] = {name: value for name, value in row.items() if name not in upkeep}
        live = [identifier for identifier in found if identifier.startswith(("prj", "tal", "org"))]
    return {each: values for each, values in found.items() if each in live or values.get("project_id") in live}


def test_what_was_there_is_as_before_and_the_mended_file_can_come_again(database: Database, tmp_path: Path) -> None:
    run(database, table(tmp_path / "projects.csv", FIRST))
    before = state(database)
    second = table(tmp_path / "projects.csv", SECOND)
    done = run(database, second)
    after = state(database)
    found = take_back(database, done.changes)
    assert state(database) == before
    assert found.kept == []
    assert found.archived == {"project": 2, "talent": 2, "organisation": 1}
    assert found.restored == {"project": 1}
    again = run(database, second)
    assert (again.outlook.new["projects"], again.outlook.changed["projects"]) == (2, 1)
    names = {str(each.get("name")) for each in after.values()}
    assert {str(each.get("name")) for each in state(database).values()} == names


def test_what_was_changed_or_used_since_stays_with_a_reason(database: Database, tmp_path: Path) -> None:
    run(database, table(tmp_path / "projects.csv", FIRST))
    done = run(database, table(tmp_path / "projects.csv", SECOND))
    loom = by_id(database, models.Project, "2")
    with database.write(EDITOR) as session:
        session.get_one(models.Project, loom.id).founded = PartialDate("2018")
        battery = by_id(database, models.Project, "3")
        investor = models.Investor(name={"en": "Fund Example"})
        session.add(investor)
        session.flush()
        answer = {"kind": "LIKE", "answered_at": now()}
        session.add(models.Interest(project_id=battery.id, subject_id=investor.id, **answer))
    found = take_back(database, done.changes)
    reasons = {each.id: each.reason for each in found.kept}
    assert reasons[loom.id] == "changed since by An editor"
    assert reasons[battery.id].startswith(("named by", "changed since"))
    assert by_id(database, models.Project, "2").archived_at is None
    assert by_id(database, models.Project, "1").name == {"en": "Tidal kite"}
    # Whom the project that stays names stays too.
    with database.read() as session:
        team = session.scalars(select(models.TeamMember).where(models.TeamMember.project_id == loom.id)).one()
        assert session.get_one(models.Talent, team.talent_id).archived_at is None
    assert take_back(database, done.changes).archived == {}


def test_what_an_import_wrote_in_somebody_s_name_is_no_edit_that_the_next_one_spares(
    database: Database, tmp_path: Path
) -> None:
    for year in ("2019", "2020", "2021"):
        run(database, table(tmp_path / "projects.csv", [["id", "name", "founded"], ["1", "Kite", year]]), actor=EDITOR)
        assert str(by_id(database, models.Project, "1").founded) == year
