"""What training uses of plugins: a calibrator, called through the host, and sources of outcomes."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.host.contributions.components import Component
from plugins.host.contributions.registry import Entry
from plugins.host.host import Host
from recommender.features import Doubles, Mask
from recommender.fit.calibration import Calibrator, LogisticCalibrator
from recommender.interface.errors import RecommenderError
from recommender.pool.ranked_kinds import Acts
from recommender.serving.isolation import checked

FITTING_SECONDS = 600.0
"""How long a plugin's calibrator may take."""


@dataclass(frozen=True)
class TrainingParts:
    """What ``roadshow learn`` uses of plugins."""

    calibrator: Calibrator
    outcomes: tuple[Acts, ...] = ()


def training_parts_of(host: Host, calibrator: str) -> TrainingParts:
    """Return the calibrator of this name and all sources of outcomes.

    Raises PluginStartError for something else, and RecommenderError for an unknown calibrator.
    """
    known: dict[str, Calibrator] = {LogisticCalibrator.name: LogisticCalibrator()}
    for entry, each in checked(host.contributions.calibrators, Calibrator):
        known[each.name] = IsolatedCalibrator(host, entry, each)
    if calibrator not in known:
        raise RecommenderError(
            f"The setting calibrator is {calibrator!r}; it can be {', '.join(sorted(known))}", field="calibrator"
        )
    return TrainingParts(known[calibrator], tuple(acts for _, acts in checked(host.contributions.outcomes, Acts)))


class IsolatedCalibrator(Calibrator):
    """A plugin's calibrator. Training ends if it fails: scores must not silently come from another."""

    def __init__(self, host: Host, entry: Entry[Component], calibrator: Calibrator) -> None:
        self._host, self._entry, self._calibrator = host, entry, calibrator
        self.name = calibrator.name

    def fit(self, fits: Doubles, chosen: Mask, weights: Doubles) -> tuple[float, float]:
        slope, intercept = self._host.call(
            self._entry.part("fit"), self._calibrator.fit, fits, chosen, weights, time_limit=FITTING_SECONDS
        )
        return float(slope), float(intercept)
