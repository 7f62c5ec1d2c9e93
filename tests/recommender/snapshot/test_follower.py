"""Following the change log: whatever changes, the snapshot in memory answers as one read anew, to the last byte."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.blocks import core_blocks
from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest, Target
from recommender.pool import clock as days
from recommender.serving.service import Recommender
from recommender.snapshot import follower as following
from recommender.snapshot import snapshot_file as saving
from recommender.snapshot.loader import load_snapshot
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.source import SnapshotSource
from recommender.training.encode import encode
from store.access.actors import Actor
from store.database import Database
from store.database.installation_keys import installation_key
from store.models.base import now
from store.models.feedback import Exposure, Interest
from store.models.investors import Investment, Investor
from store.models.places import Place
from store.models.planning import IndustryPriority
from store.models.projects import Award, LandingPreference, Project, ProjectConcept, ProjectTrack
from store.settings import Settings
from tests.recommender.conftest import Store, fill
from tests.recommender.sample_data import WORDS, WordEncoder
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql


@pytest.fixture(scope="module")
def pattern(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Store]]:
    """A small store, encoded, as a file to copy."""
    with databases.fresh("sqlite", shared_directory) as url:
        database = Database(url)
        store = fill(database)
        encode(database, [store.encoder])
        database.dispose()
        path = tmp_path_factory.mktemp("pattern") / "store.sqlite"
        shutil.copy(str(database.url.database), path)
        yield path, store


Change = Callable[[Random, Database, Store], None]


def _projects(draw: Random, database: Database, store: Store) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Project.id).where(Project.archived_at.is_(None)).order_by(Project.id)))


def _text(draw: Random) -> dict[str, str]:
    return {draw.choice(["en", "zh"]): " ".join(draw.choices(WORDS, k=6)) + "."}


def add(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        project = Project(name={"en": "New"}, description=_text(draw), status="PUBLISHED", funding_stage="SEED")
        session.add(project)
        session.flush()
        session.add(ProjectTrack(project_id=project.id, track_id=draw.choice(store.tracks)))
        session.add(LandingPreference(project_id=project.id, place_id=draw.choice(store.places)))
        session.add(Award(project_id=project.id, rank=draw.randint(1, 9), field_size=10))


def edit(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        project = session.get_one(Project, draw.choice(_projects(draw, database, store)))
        project.funding_stage = draw.choice(["IDEA", "SEED", "SERIES_A", None])  # type: ignore[assignment]
        project.ask_min = draw.choice([None, 1_000, 9_000_000])  # type: ignore[assignment]
        project.origin_place_id = draw.choice([*store.places, None])
        project.status = draw.choice(["DRAFT", "PUBLISHED"])  # type: ignore[assignment]
        if draw.random() < 0.5:
            project.description = _text(draw)


def leave(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        session.get_one(Project, draw.choice(_projects(draw, database, store))).archived_at = now()


def come_back(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        for project in session.scalars(select(Project).where(Project.archived_at.is_not(None)).limit(1)):
            project.archived_at = None


def relink(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        own = draw.choice(_projects(draw, database, store))
        links = session.scalars(select(ProjectConcept).where(ProjectConcept.project_id == own)).all()
        for link in links:
            session.delete(link)
        free = [each for each in store.concepts if each not in {link.concept_id for link in links}]
        session.add(ProjectConcept(project_id=own, concept_id=draw.choice(free), confidence=draw.random()))


def land(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        project = session.get_one(Project, draw.choice(_projects(draw, database, store)))
        project.landed_place_id = draw.choice([*store.places, None])


def answer(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        subject = draw.choice([*store.investors, store.places[1]])
        own = draw.choice(_projects(draw, database, store))
        kind = draw.choice(["LIKE", "PASS", "BOOKMARK"])
        found = session.scalars(select(Interest).where(Interest.subject_id == subject, Interest.project_id == own))
        interest = found.first()
        if interest is None:
            session.add(Interest(subject_id=subject, project_id=own, kind=kind))
        else:
            interest.kind = kind  # type: ignore[assignment]
        if not session.scalars(
            select(Exposure).where(Exposure.subject_id == subject, Exposure.project_id == own)
        ).all():
            session.add(Exposure(subject_id=subject, project_id=own, channel="test"))


def invest(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        own = draw.choice(_projects(draw, database, store))
        when = f"{draw.randint(2015, 2024)}-03"
        investor = draw.choice([*store.investors, None])  # some are of nobody named
        session.add(Investment(investor_id=investor, project_id=own, invested=when))


def redeclare(draw: Random, database: Database, store: Store) -> None:
    with database.write(Actor.system("test")) as session:
        investor = session.get_one(Investor, draw.choice(store.investors))
        investor.thesis = _text(draw)
        investor.stages = draw.choice([["SEED"], ["SERIES_A", "SEED"], []])
        for priority in session.scalars(select(IndustryPriority)):
            priority.weight = draw.random()


def encode_texts(draw: Random, database: Database, store: Store) -> None:
    encode(database, [store.encoder])


CHANGES: tuple[Change, ...] = (
    add, edit, leave, come_back, relink, land, answer, invest, redeclare, encode_texts,
)  # fmt: skip


def answers(snapshot: PoolSnapshot, store: Store, database: Database) -> list[object]:
    """Everything that can be asked of a snapshot, put into words."""
    recommender = Recommender(database, encoders=[store.encoder])
    recommender.keeper._snapshot = snapshot
    recommender.keeper._checked = time.monotonic() + 1e6  # nothing is followed any more
    recommender.keeper._seen_writes = database.writes
    requests = [RankingRequest(each, first=40, exclude_seen=seen) for each in store.investors for seen in (True, False)]
    requests += [RankingRequest(each, first=40) for each in store.places]
    requests += [RankingRequest(store.investors[0], first=40, personalised=False, diversity=0.5)]
    for project in snapshot.projects.ids[:2]:
        requests += [RankingRequest(project, target) for target in Target if target is not Target.ENTITY]
    found: list[object] = [recommender.rank(each) for each in requests]
    matrix = recommender.fit_matrix([*store.places, *store.investors])
    return [*map(_plain, found), matrix.scores.tobytes(), matrix.column_ids, snapshot.unencoded]


def _plain(ranking: object) -> str:
    assert isinstance(ranking, Ranking)
    return repr(ranking)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=8), st.integers(0, 10_000))
@example([answer, add, add, answer, land, answer, invest, leave], 512)
@example([land, edit], 15)
def test_whatever_changes_the_image_is_as_if_read_anew(
    pattern: tuple[Path, Store], tmp_path_factory: pytest.TempPathFactory, changes: list[Change], seed: int
) -> None:
    path = tmp_path_factory.mktemp("following") / "store.sqlite"
    shutil.copy(pattern[0], path)
    store = replace(pattern[1], database=Database(f"sqlite:///{path}"), encoder=WordEncoder())
    draw = Random(seed)
    recommender = store.recommender()
    keeper = recommender.keeper
    snapshot = recommender.refresh()
    answers(snapshot, store, store.database)  # everything that may be kept is kept
    for change in changes:
        change(draw, store.database, store)
        with store.database.read() as session:
            snapshot = keeper._step(session)
            assert not keeper._blocked
        if draw.random() < 0.5:
            answers(snapshot, store, store.database)
    with store.database.read() as session:
        anew = load_snapshot(session, core_blocks(), [store.encoder], fitted=snapshot.model)
    anew.fitted_at = snapshot.fitted_at
    assert list(anew.projects.ids) == list(snapshot.projects.ids)
    assert anew.position == snapshot.position
    for block in snapshot.model.blocks:
        written, expected = block.features_.matrix(), anew.model.features(block.name).matrix()
        dense = [each if isinstance(each, np.ndarray) else each.toarray() for each in (written, expected)]
        assert dense[0].tobytes() == dense[1].tobytes(), block.name
    assert answers(snapshot, store, store.database) == answers(anew, store, store.database)
    store.database.dispose()


def kept(store: Store, directory: Path) -> Recommender:
    """A recommender that keeps its snapshots in a directory."""
    return Recommender(store.database, settings=Settings(data_directory=directory), encoders=[store.encoder])


@pytest.fixture
def always_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "SAVED_FROM", 0)
    monkeypatch.setattr(following, "SAVED_FROM", 0)
    monkeypatch.setattr(following, "REFIT_SHARE", 10.0)


def test_a_start_maps_what_is_there_and_follows_from_there(
    store: Store, tmp_path: Path, always_saved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(store, tmp_path)
    before = first.refresh()
    edit(Random(0), store.database, store)
    monkeypatch.setattr(SnapshotSource, "load", None)  # nothing is read whole any more
    second = kept(store, tmp_path)
    snapshot = second.refresh()
    text = snapshot.model.features("text").matrix()
    assert isinstance(before.model.features("text").matrix(), np.ndarray)
    assert snapshot.fitted_at == before.fitted_at < snapshot.position
    assert answers(snapshot, store, store.database) == answers(first.refresh(), store, store.database)
    untouched = kept(store, tmp_path).keeper.file
    assert untouched is not None
    mapped = untouched.read([])
    assert mapped is not None
    assert not mapped.model.features("text").matrix().flags.writeable  # type: ignore[union-attr]
    assert text.shape == mapped.model.features("text").matrix().shape


def test_a_file_of_another_store_or_cut_short_is_passed_over(store: Store, tmp_path: Path, always_saved: None) -> None:
    recommender = kept(store, tmp_path)
    snapshot = recommender.refresh()
    file = recommender.keeper.file
    assert file is not None
    whole = file.path.read_bytes()
    for cut in (0, 10, len(whole) // 3):
        file.path.write_bytes(whole[:cut])
        assert kept(store, tmp_path).refresh().position == snapshot.position
    file.path.write_bytes(whole)
    other = saving.SnapshotFile(tmp_path, "another", lambda: installation_key(store.database, "snapshots"))
    shutil.copy(file.path, other.path)
    assert other.read([]) is None


def test_a_file_that_another_installation_signed_is_never_unpickled(
    store: Store, tmp_path: Path, always_saved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender = kept(store, tmp_path)
    position = recommender.refresh().position
    file = recommender.keeper.file
    assert file is not None
    assert file.read([]) is not None
    loaded: list[object] = []
    monkeypatch.setattr(saving.pickle, "loads", lambda *given, **named: loaded.append(given))
    stranger = saving.SnapshotFile(tmp_path, file.key, lambda: bytes(32))
    assert stranger.path == file.path
    assert stranger.read([]) is None
    whole = bytearray(file.path.read_bytes())
    whole[len(saving.FORMAT) + 8 + 60 + saving.SIGNATURE] ^= 1  # a byte of what is signed
    file.path.write_bytes(bytes(whole))
    assert file.read([]) is None
    assert not loaded
    monkeypatch.undo()
    assert kept(store, tmp_path).refresh().position == position


def test_the_old_image_serves_until_the_new_one_is_there(
    store: Store, always_saved: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender = store.recommender()
    recommender.refresh()
    recommender.follow(3600)
    assert recommender.keeper._thread is not None
    recommender.keeper._thread.stop(30)  # at most one round, and no more
    before = recommender.snapshot()
    asked = RankingRequest(store.investors[0], first=24)
    with store.database.write(Actor.system("test")) as session:
        session.add(Place(name={"en": "New city"}, type="PREFECTURE_CITY"))
    reads: list[object] = []
    load = recommender.keeper._load
    monkeypatch.setattr(recommender.keeper, "_load", lambda session: reads.append(session) or load(session))
    stale = recommender.rank(asked)
    assert stale.snapshot.data_position == before.position
    assert not reads, "a question read everything again"
    recommender.keeper._catch_up()
    assert reads
    after = recommender.rank(asked)
    assert after.snapshot.data_position > before.position
    assert [item.object_id for item in after.items] == [item.object_id for item in stale.items]


def test_it_may_be_closed_while_it_begins_to_follow(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    recommender = store.recommender()
    begun = threading.Event()
    start = threading.Thread.start

    def slowly(thread: threading.Thread) -> None:
        if thread.name == "recommender":
            begun.set()
            time.sleep(0.05)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", slowly)
    following = threading.Thread(target=recommender.follow, args=(3600,), name="warming")
    following.start()
    assert begun.wait(10)
    recommender.close()
    following.join()
    follower = recommender.keeper._thread
    assert follower is not None
    assert follower._thread is None or not follower._thread.is_alive()


def test_a_write_of_this_process_is_in_the_next_answer(store: Store) -> None:
    recommender = store.recommender()
    recommender.follow(3600)  # a thread that looks once, and then not for an hour
    deadline = time.monotonic() + 30
    while recommender.keeper._snapshot is None and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        subject = store.investors[0]
        for _ in range(3):
            first = recommender.rank(RankingRequest(subject, first=3)).items[0].object_id
            with store.database.write(Actor.system("test")) as session:
                session.add(Interest(subject_id=subject, project_id=first, kind="PASS"))
            listed = [item.object_id for item in recommender.rank(RankingRequest(subject, first=24)).items]
            assert first not in listed
    finally:
        recommender.close()


def test_a_server_that_runs_over_midnight_goes_by_the_new_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "CHECK_SECONDS", 0.0)
    place = store.places[1]
    with store.database.write(Actor.system("test")) as session:
        for name, period in ((WORDS[2], {"valid_to": "2030-01-01"}), (WORDS[3], {"valid_from": "2030-01-02"})):
            session.add(IndustryPriority(place_id=place, name={"en": name}, weight=9.0, **period))
    monkeypatch.setattr(days, "this_day", lambda: np.datetime64("2030-01-01"))
    recommender = store.recommender()
    request = RankingRequest(place, first=24)
    before = recommender.rank(request)
    assert recommender.rank(request) == before
    monkeypatch.setattr(days, "this_day", lambda: np.datetime64("2030-01-02"))
    after = recommender.rank(request)
    assert after.snapshot.data_position == before.snapshot.data_position, "nothing was written"
    assert after.snapshot.id != before.snapshot.id
    assert after.items != before.items
    assert after.items == store.recommender().rank(request).items


def test_one_process_fits_and_the_others_take_it_over(store: Store, tmp_path: Path, always_saved: None) -> None:
    first, second = kept(store, tmp_path), kept(store, tmp_path)
    first.refresh()
    second.refresh()
    with store.database.write(Actor.system("test")) as session:
        session.add(Place(name={"en": "New city"}, type="PREFECTURE_CITY"))
    fitted = first.refresh()
    second.keeper._load = None  # type: ignore[assignment]
    taken = second.refresh()
    assert taken.fitted_at == fitted.fitted_at == fitted.position
    one, two = (each.rank(RankingRequest(store.investors[1], first=24)) for each in (first, second))
    assert one == two
    assert one.snapshot.id == two.snapshot.id


def test_where_nothing_can_be_kept_rankings_go_on(
    sqlite_database: Database, tmp_path: Path, always_saved: None
) -> None:
    store = fill(sqlite_database)
    (tmp_path / "file").write_text("in the way of the directory")
    assert len(kept(store, tmp_path / "file" / "data").refresh().projects) == 24
