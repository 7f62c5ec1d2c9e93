"""Bulk work on one machine: the same results as one by one, and what was interrupted goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from recommender.bulk.executors import Processes, Threads
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import SubjectKind
from recommender.snapshot.vector_cache import read_matrix
from recommender.training.bulk_fits import SUBJECTS_A_PART, write_fits
from recommender.training.encode import encode
from tests.recommender.conftest import Store
from tests.recommender.sample_data import WordEncoder


def test_processes_beside_encode_what_one_would(sqlite_store: Store) -> None:
    done = encode(sqlite_store.database, [sqlite_store.encoder], batch=8, executor=Processes(2))
    assert done.added[WordEncoder.name] > 16
    assert sqlite_store.encoder.encoded == []  # others did it
    with sqlite_store.database.read() as session:
        hashes, beside = read_matrix(session, WordEncoder.name)
    single = WordEncoder()
    assert encode(sqlite_store.database, [single], batch=8).added[WordEncoder.name] == 0
    assert len(hashes) == done.wanted[WordEncoder.name]
    np.testing.assert_allclose(np.linalg.norm(beside, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("kind", [SubjectKind.PLACE, SubjectKind.INVESTOR])
def test_the_files_hold_every_pair_with_its_score(sqlite_store: Store, tmp_path: Path, kind: SubjectKind) -> None:
    encode(sqlite_store.database, [sqlite_store.encoder])
    recommender = sqlite_store.recommender()
    done = write_fits(recommender, tmp_path, kind, executor=Threads(2))
    table = parquet.read_table(tmp_path)
    assert table.num_rows == done.subjects * done.projects
    found = dict(
        zip(
            zip(table["subject_id"].to_pylist(), table["project_id"].to_pylist(), strict=True),
            table["score"].to_pylist(),
            strict=True,
        )
    )
    subjects = sorted({subject for subject, _ in found})
    matrix = recommender.fit_matrix(subjects)
    for row, subject in enumerate(matrix.row_ids):
        for column, project in enumerate(matrix.column_ids):
            assert found[subject, project] == pytest.approx(float(matrix.scores[row, column]), abs=1e-3)


def test_what_is_there_is_kept_and_other_data_is_not_mixed_in(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode(sqlite_store.database, [sqlite_store.encoder])
    recommender = sqlite_store.recommender()
    monkeypatch.setattr("recommender.training.bulk_fits.SUBJECTS_A_PART", 1)
    first = write_fits(recommender, tmp_path, SubjectKind.INVESTOR)
    assert first.added == first.subjects > 1 < SUBJECTS_A_PART
    files = sorted(tmp_path.glob("*.parquet"))
    files[1].unlink()  # as if it had been interrupted there
    kept = {file: file.stat().st_mtime_ns for file in files if file.exists()}
    seen: list[int] = []
    again = write_fits(recommender, tmp_path, SubjectKind.INVESTOR, progress=lambda done, _: seen.append(done))
    assert again.added == 1
    assert seen == [first.subjects - 1, first.subjects]
    assert all(file.stat().st_mtime_ns == moment for file, moment in kept.items())
    files[0].rename(tmp_path / "v0-other-00000.parquet")
    with pytest.raises(RecommenderError, match="another state of the data"):
        write_fits(recommender, tmp_path, SubjectKind.INVESTOR)


def test_fits_of_others_in_the_same_directory_are_computed(sqlite_store: Store, tmp_path: Path) -> None:
    encode(sqlite_store.database, [sqlite_store.encoder])
    recommender = sqlite_store.recommender()
    for kind in (SubjectKind.INVESTOR, SubjectKind.PLACE):
        written = write_fits(recommender, tmp_path, kind)
        assert written.added == written.subjects == len(recommender.snapshot().subjects(kind))
