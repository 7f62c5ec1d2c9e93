"""The data of the serving benchmark: 10,000 projects, 60 cities, 500 investors, the same on every run."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from store import models
from store.access.actors import Actor
from store.access.keys import create
from store.database import Database
from store.enums import FundingStage, InvestorType, OrganisationType, PlaceType, ProjectKind, Role, TechnologyLevel
from store.values.ids import new_id

PROJECTS, CITIES, INVESTORS, TRACKS, LISTED = 10_000, 60, 500, 12, 40
_START = datetime(2024, 1, 1, tzinfo=UTC)


def generate(database: Database) -> dict[str, Any]:
    """Fill an empty, migrated database; return an investor's id and key, and ids of projects."""
    source = random.Random(5)
    words = ["".join(source.choices("abcdefghijklmnoprstuvw", k=source.randint(3, 10))) for _ in range(3_000)]
    characters = [chr(0x4E00 + number) for number in source.sample(range(20_000), 2_000)]

    def texts(count: int) -> dict[str, str]:
        return {
            "en": " ".join(source.choices(words, k=count)).capitalize(),
            "zh": "".join(source.choices(characters, k=count * 2)),
        }

    cities = [
        {"id": new_id("plc"), "name": texts(1), "type": PlaceType.PREFECTURE_CITY, "code": f"{210000 + number}"}
        for number in range(CITIES)
    ]
    organisations = [
        {"id": new_id("org"), "name": texts(3), "type": OrganisationType.ENTERPRISE,
         "place_id": source.choice(cities)["id"]}
        for _ in range(PROJECTS // 4)
    ]  # fmt: skip
    programme = {"id": new_id("prg"), "name": texts(2), "place_id": cities[0]["id"]}
    tracks = [
        {"id": new_id("trk"), "programme_id": programme["id"], "code": f"t{number}", "ordinal": number,
         "name": texts(2)}
        for number in range(TRACKS)
    ]  # fmt: skip
    projects = [
        {
            "id": new_id("prj"), "name": texts(2), "summary": texts(20), "description": texts(80),
            "kind": source.choice(list(ProjectKind)), "funding_stage": source.choice(list(FundingStage)),
            "technology_level": source.choice(list(TechnologyLevel)), "technology_readiness": source.randint(1, 9),
            "organisation_id": source.choice(organisations)["id"], "origin_place_id": source.choice(cities)["id"],
            "founded": str(source.randint(1999, 2024)), "website": f"https://p{number}.example.org",
            "fictional": True,
        }
        for number in range(PROJECTS)
    ]  # fmt: skip
    for each in projects:
        each["founded_earliest"] = datetime(int(each["founded"]), 1, 1).date()
        each["founded_latest"] = datetime(int(each["founded"]), 12, 31).date()
    memberships = [
        {"id": new_id("pjt"), "project_id": each["id"], "track_id": track["id"]}
        for each in projects
        for track in source.sample(tracks, source.randint(1, 3))
    ]
    investors = [
        {"id": new_id("inv"), "name": texts(2), "type": InvestorType.VENTURE_CAPITAL, "thesis": texts(30),
         "place_id": source.choice(cities)["id"]}
        for _ in range(INVESTORS)
    ]  # fmt: skip
    lists = [
        {"id": new_id("exp"), "subject_id": investor["id"], "project_id": project["id"], "channel": "mail",
         "shown_at": _START + timedelta(minutes=position)}
        for investor in investors
        for position, project in enumerate(source.sample(projects, LISTED))
    ]  # fmt: skip
    batches: list[tuple[Any, list[dict[str, Any]]]] = [
        (models.Place, cities), (models.Organisation, organisations), (models.Programme, [programme]),
        (models.Track, tracks), (models.Project, projects), (models.ProjectTrack, memberships),
        (models.Investor, investors), (models.Exposure, lists),
    ]  # fmt: skip
    with database.engine.begin() as connection:
        for model, rows in batches:
            editable = {"version": 1} if hasattr(model, "version") else {}
            connection.execute(insert(model), [{**editable, **row} for row in rows])
        if database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    with database.write(Actor.system("benchmark")) as session:
        _, key = create(session, Role.INVESTOR, "benchmark", str(investors[0]["id"]))
    return {
        "key": key,
        "investor": investors[0]["id"],
        "projects": [each["id"] for each in source.sample(projects, PROJECTS)],
    }
