"""Everybody's list: as one is asked for, taken over while nothing touches it, and then as if computed anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy import select

from recommender.interface.requests import RankingRequest, Spread, Target
from recommender.pool.profiles import SubjectKind
from recommender.serving.service import Recommender
from recommender.training import bulk_rankings
from recommender.training.bulk_rankings import write_rankings
from recommender.training.encode import encode
from store.access.actors import Actor
from store.models.feedback import Interest
from store.models.investors import Investor, InvestorConcept
from store.models.projects import Project, ProjectConcept
from tests.recommender.conftest import Store
from tests.recommender.sample_data import WORDS

Lists = dict[str, list[tuple[int, str, float]]]
TOP = 4


@pytest.fixture
def recommender(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Recommender:
    """A recommender that keeps its fit, whatever changes; more investors, each of one industry."""
    monkeypatch.setattr("recommender.snapshot.follower.REFIT_SHARE", 1.0)
    monkeypatch.setattr(bulk_rankings, "SUBJECTS_A_PART", 2)
    with sqlite_store.database.write(Actor.system("test")) as session:
        for number in range(8):
            investor = Investor(name={"en": f"Further {number}"}, thesis={"en": WORDS[number % 4]}, stages=["SEED"])
            session.add(investor)
            session.flush()
            session.add(InvestorConcept(investor_id=investor.id, concept_id=sqlite_store.concepts[number % 4]))
    encode(sqlite_store.database, [sqlite_store.encoder])
    return sqlite_store.recommender()


def read(folder: Path) -> Lists:
    lists: Lists = {}
    for row in parquet.read_table(folder).to_pylist():
        lists.setdefault(row["subject_id"], []).append((row["rank"], row["project_id"], row["score"]))
    return {own: sorted(lines) for own, lines in lists.items()}


def as_asked_for(recommender: Recommender) -> Lists:
    snapshot, lists = recommender.snapshot(), {}
    for own, profile in (snapshot.investors | snapshot.places).items():
        spread = Spread.usual(profile.kind, Target.PROJECT)
        items = recommender.rank(RankingRequest(own, first=TOP, spread=spread)).items
        if items:
            lists[own] = [(item.rank, item.object_id, item.score) for item in items]
    return lists


def test_only_lists_that_changes_touch_are_computed_and_all_are_as_asked_for(
    sqlite_store: Store, recommender: Recommender, tmp_path: Path
) -> None:
    database, places = sqlite_store.database, len(recommender.snapshot().places)
    first = write_rankings(recommender, tmp_path, top=TOP)
    assert first.computed == first.subjects == 11 + places
    assert read(first.folder) == as_asked_for(recommender)
    assert write_rankings(recommender, tmp_path, top=TOP).computed == 0

    with database.write(Actor.system("test")) as session:
        wanted = session.scalar(select(Investor).where(Investor.name["en"].as_string() == "Further 0"))
        assert wanted is not None
        session.add(Interest(subject_id=wanted.id, project_id=sqlite_store.projects[3], kind="PASS"))
    passed = write_rankings(recommender, tmp_path, top=TOP)
    assert passed.computed == 1 + 3 + places  # the three investors with deals: their acts are older by the new one
    assert read(passed.folder) == as_asked_for(recommender)
    assert not first.folder.exists(), "replaced"

    with database.write(Actor.system("test")) as session:
        new = Project(name={"en": "New"}, description={"en": f"{WORDS[2]} {WORDS[2]}."}, status="PUBLISHED",
                      funding_stage="SEED")  # fmt: skip
        session.add(new)
        session.flush()
        session.add(ProjectConcept(project_id=new.id, concept_id=sqlite_store.concepts[2]))
        session.get_one(Project, sqlite_store.projects[4]).status = "WITHDRAWN"
    encode(database, [sqlite_store.encoder])
    changed = write_rankings(recommender, tmp_path, top=TOP)
    assert 1 + places < changed.computed < changed.subjects
    assert read(changed.folder) == as_asked_for(recommender)
    assert any(project == new.id for lines in read(changed.folder).values() for _, project, _ in lines)


def test_an_interrupted_run_goes_on(recommender: Recommender, tmp_path: Path) -> None:
    def interrupted(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rankings(recommender, tmp_path, top=TOP, progress=interrupted)
    seen: list[int] = []
    done = write_rankings(recommender, tmp_path, top=TOP, progress=lambda done, _: seen.append(done))
    assert done.computed == done.subjects - seen[0] > 0
    assert seen[0] > 0
    assert read(done.folder) == as_asked_for(recommender)
    assert write_rankings(recommender, tmp_path, top=TOP + 1).computed == done.subjects, "another length"


def test_lists_of_others_in_the_same_directory_are_computed(recommender: Recommender, tmp_path: Path) -> None:
    investors = write_rankings(recommender, tmp_path, [SubjectKind.INVESTOR], top=TOP)
    places = write_rankings(recommender, tmp_path, [SubjectKind.PLACE], top=TOP)
    assert investors.computed == len(recommender.snapshot().investors)
    assert places.computed == len(recommender.snapshot().places)
    everybody = write_rankings(recommender, tmp_path, top=TOP)
    assert read(everybody.folder) == as_asked_for(recommender)
