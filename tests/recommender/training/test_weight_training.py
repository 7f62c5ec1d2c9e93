"""Learning from outcomes: what is learned, kept, put into use and taken back, and what scores then mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.host.errors import PluginFailedError
from plugins.host.host import Host
from recommender.cli.learn import learn as command
from recommender.evaluation.data_sets.data_set import Case, LinkData, case_profile
from recommender.evaluation.data_sets.loading import load_links
from recommender.evaluation.data_sets.outcomes import outcomes_of
from recommender.fit.calibration import Calibrator, calibrated, calibration_error, reliability
from recommender.fit.model import MODEL_VERSION
from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights
from recommender.interface.answers import ScoreScale
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest, Target
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.trained_weights import Learned, active_model, keep, learned_models, use, weights_from
from recommender.training.plugin_parts import training_parts_of
from recommender.training.weight_training import learn, prior_weights
from store.access.actors import Actor
from store.models import LearnedModel
from tests.plugins.support import plugin
from tests.recommender.conftest import Store
from tests.recommender.evaluation.test_evaluation import model_of, write_links
from tests.recommender.sample_data import SPACE

TEST = Actor.system("test")
SCALE = Scale(0.9, -0.5, ScoreScale.CALIBRATED)


def image_of(data: LinkData) -> PoolSnapshot:
    """The data as a store in memory has it."""
    investors: dict[str, Profile] = {}
    for position, investor in enumerate(data.investors):
        own = data.investor_of == position
        case = Case(position, data.project_of[own], data.days[own], np.zeros(0, np.intp))
        investors[investor] = case_profile(data, case)
    return PoolSnapshot(7, datetime(2020, 1, 1, tzinfo=UTC), data.taxonomies, data.projects, model_of(data), SPACE.name,
                 investors, {}, 0)  # fmt: skip


def test_outcomes_of_a_store_are_the_links_that_it_was_filled_with(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    snapshot = image_of(data)
    found = outcomes_of(snapshot)
    assert np.array_equal(found.investor_of, data.investor_of)
    assert np.array_equal(found.project_of, data.project_of)
    assert np.array_equal(found.days, data.days)
    first = data.investors[0]
    others = [
        Evidence(data.projects.ids[0], EvidenceKind.PASSED, np.datetime64("2010-01-01")),
        Evidence(data.projects.ids[1], EvidenceKind.LIKED, None),
    ]
    own = snapshot.investors[first]
    snapshot.investors[first] = replace(own, history=[*own.history, *others])
    assert len(outcomes_of(snapshot).days) == len(data.days), "a pass is no outcome in favour, and a day is needed"


def test_tastes_are_learned_calibrated_and_judged_on_later_outcomes(tmp_path: Path) -> None:
    snapshot = image_of(load_links(write_links(tmp_path / "made_up", investors=60)))
    prior = prior_weights(snapshot)
    outcome = learn(snapshot, prior)
    assert outcome.learned is not None, outcome.explanation
    assert snapshot.model.weights == prior, "learning leaves the model as it was"
    measures = outcome.learned.measures
    assert measures["learned"]["auc"] > 0.7
    taken = measures["learned"] if outcome.learned.weights != prior else measures["prior"]
    assert taken["recall@50"] >= 0.9 * measures["prior"]["recall@50"]
    assert outcome.learned.scale is not None
    assert outcome.learned.scale.slope > 0
    assert measures["calibration_error"] < 15
    observed = [line[1] for line in measures["reliability"]]
    assert observed[-1] > observed[0] + 20, "what scores higher was chosen more often"
    assert outcome.learned.made_of["data_position"] == 7
    assert outcome.learned.made_of["learned_after"] < outcome.learned.made_of["judged_after"]


class Steep(Calibrator):
    """Twice as steep as any data say."""

    name = "steep"

    def fit(self, fits: np.ndarray, chosen: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
        assert fits.shape == chosen.shape == weights.shape
        return (2.5, -1.0) if chosen.any() else (0.0, 0.0)


def host_with(calibrator: object, **hooks: object) -> Host:
    return Host.load(
        plugins=[plugin("curves", {"register_calibrators": [calibrator], **hooks}, permissions={"tables"})]
    )


def test_a_plugin_s_calibrator_fits_the_scale_that_the_setting_names(tmp_path: Path) -> None:
    snapshot = image_of(load_links(write_links(tmp_path / "made_up", investors=60)))
    parts = training_parts_of(host_with(Steep()), "steep")
    learned = learn(snapshot, prior_weights(snapshot), calibrator=parts.calibrator).learned
    assert learned is not None
    assert learned.scale == Scale(2.5, -1.0, ScoreScale.CALIBRATED)
    with pytest.raises(RecommenderError, match="it can be logistic, steep"):
        training_parts_of(host_with(Steep()), "step")


def test_training_ends_where_a_plugin_s_calibrator_fails() -> None:
    class Broken(Steep):
        def fit(self, fits: np.ndarray, chosen: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
            raise RuntimeError("lost")

    calibrator = training_parts_of(host_with(Broken()), "steep").calibrator
    with pytest.raises(PluginFailedError, match="curves"):
        calibrator.fit(np.zeros(2), np.array([True, False]), np.ones(2))


def test_outcomes_that_plugins_know_of_are_trained_on_too(tmp_path: Path) -> None:
    snapshot = image_of(load_links(write_links(tmp_path / "made_up")))
    before, first = outcomes_of(snapshot), next(iter(snapshot.investors))
    known = {act.project_id for act in snapshot.investors[first].history}
    project = next(each for each in snapshot.projects.ids if each not in known)
    snapshot.ranked = {"Mentor": {"mnt_1": Profile("mnt_1", SubjectKind.ENTITY, history=[act_on(project)])}}
    assert len(outcomes_of(snapshot).days) == len(before.days), "what a kind is ranked by trains nothing of core's"
    more = {first: [act_on(project)], "mnt_1": [act_on(project)], "inv_gone": [act_on(project)]}
    after = outcomes_of(snapshot, [more])
    assert len(after.days) == len(before.days) + 2
    assert {*after.investors} - {*before.investors} == {"mnt_1"}
    assert after.subjects["mnt_1"].kind is SubjectKind.ENTITY


def act_on(project: str) -> Evidence:
    return Evidence(project, EvidenceKind.MET, np.datetime64("2015-05-05"))


def test_too_few_outcomes_change_nothing_and_say_what_is_needed(tmp_path: Path) -> None:
    snapshot = image_of(load_links(write_links(tmp_path / "few", investors=12)))
    outcome = learn(snapshot, prior_weights(snapshot))
    assert outcome.learned is None
    assert "at least 50 subjects" in outcome.explanation


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.floats(0.3, 2.0), st.integers(5, 60))
def test_a_calibrated_score_is_the_share_of_as_many_chosen_as_not_chosen(seed: int, slope: float, pool: int) -> None:
    """Whatever the size of the pool: the curve compares with an average candidate."""
    random = np.random.default_rng(seed)

    def drawn() -> list[tuple[np.ndarray, np.ndarray]]:
        found = []
        for _ in range(400):
            fits = random.normal(size=pool).astype(np.float32)
            chosen = np.zeros(pool, bool)
            chosen[random.choice(pool, p=np.exp(slope * fits) / np.exp(slope * fits).sum())] = True
            found.append((fits, chosen))
        return found

    scale = calibrated(drawn())
    assert scale is not None
    assert scale.slope > 0
    curve = reliability(drawn(), scale)
    assert calibration_error(curve) < 8
    assert abs(sum(score for score, _, _ in curve) / len(curve) - 50) < 5


def test_nothing_is_calibrated_on_what_teaches_nothing() -> None:
    random = np.random.default_rng(0)
    backwards = [(values := random.normal(size=20).astype(np.float32), values < -1.2) for _ in range(200)]
    assert calibrated(backwards) is None
    assert calibrated([(np.zeros(3, np.float32), np.array([True, False, False]))]) is None


def test_weights_survive_being_written_down() -> None:
    weights = Weights({"text": 0.5, "stage": 2.0}, history=0.8, learned=0.1, activity=2.0)
    assert weights_from(weights.flat()) == weights


def test_a_learned_model_is_used_named_and_taken_back(store: Store) -> None:
    recommender = store.recommender()
    request = RankingRequest(store.investors[0], first=10)
    before = recommender.rank(request)
    assert before.snapshot.scale is ScoreScale.STANDARD
    assert before.snapshot.model_version == MODEL_VERSION
    weights = replace(prior_weights(recommender.snapshot()), history=0.8).changed({"text": 3.0})
    with store.database.write(TEST) as session:
        number = keep(session, Learned(weights, recommender.snapshot().encoder, SCALE))
    assert recommender.rank(request).snapshot.model_version == MODEL_VERSION, "kept is not in use"
    with store.database.write(TEST) as session:
        use(session, number)
    after = recommender.rank(request)
    assert after.calibrated
    assert after.snapshot.model_version == f"{MODEL_VERSION}.{number}"
    assert after.snapshot.weights["text"] == 3.0
    assert after.snapshot.weights["~history"] == 0.8
    assert after.snapshot.id != before.snapshot.id
    assert recommender.rank(request) == after == store.recommender().rank(request)
    assert after.items[0].contributions[0].points == pytest.approx(SCALE.middle, abs=1e-5)
    for item in after.items:
        assert sum(each.points for each in item.contributions) == pytest.approx(item.score, abs=1e-6)
    assert recommender.fit(store.investors[0], after.items[0].object_id).score == after.items[0].score
    assert not recommender.rank(RankingRequest(store.projects[4], Target.INVESTOR)).calibrated, "activity has a part"
    assert not recommender.similar(store.projects[0]).calibrated
    with store.database.write(TEST) as session:
        use(session, None)
    reverted = recommender.rank(request)
    assert reverted.items == before.items
    assert reverted.snapshot.model_version == MODEL_VERSION
    with store.database.read() as session:
        assert [row.number for row, _ in learned_models(session)] == [number]


def test_what_was_learned_for_another_model_or_encoder_is_not_passed_off(sqlite_store: Store) -> None:
    with sqlite_store.database.write(TEST) as session:
        keep(session, Learned(Weights({"text": 2.0, "gone": 1.0}), "another encoder", SCALE))
        use(session, 1)
    snapshot = sqlite_store.recommender().snapshot()
    assert snapshot.scale == Scale(), "the curve was fitted to other vectors"
    assert snapshot.model.weights.blocks["text"] == 2.0
    assert "gone" not in snapshot.model.weights.blocks
    with sqlite_store.database.write(TEST) as session:
        session.query(LearnedModel).update({"base_version": "0"})
        assert active_model(session) is None
        with pytest.raises(RecommenderError, match="learn anew"):
            use(session, 1)
        with pytest.raises(RecommenderError, match="There is no learned model 5; there are: 1"):
            use(session, 5)


def test_the_command_says_what_it_did_or_could_not_do(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", str(sqlite_store.database.engine.url))
    monkeypatch.setenv("COLUMNS", "200")
    command(list_=True)
    assert "Nothing was learned yet" in capsys.readouterr().out
    command()
    assert "at least 50 subjects" in " ".join(capsys.readouterr().out.split())
    with sqlite_store.database.write(TEST) as session:
        keep(session, Learned(Weights({"text": 2.0}), "words", SCALE, made_of={"outcomes": 900, "commit": "abc"}))
    command(use="1")
    assert "Learned model 1 is in use" in capsys.readouterr().out
    command(list_=True)
    assert "abc" in capsys.readouterr().out
    command(use="prior")
    with sqlite_store.database.read() as session:
        assert active_model(session) is None
    for wrong, words in (("7", "there are: 1"), ("best", "give the number"), ("1 2", "give the number")):
        with pytest.raises(typer.Exit):
            command(use=wrong)
        assert words in " ".join(capsys.readouterr().err.split())
