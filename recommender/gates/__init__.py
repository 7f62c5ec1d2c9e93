"""Gates: hard conditions that a pair must meet."""

from recommender.gates.base import Gate
from recommender.gates.known import ActiveGate, OfferedGate, PassedGate, PortfolioGate, SeenGate
from recommender.gates.mandate import ExclusionGate, IndustryGate, KindGate, OwnGate, PlaceGate, StageGate


def core_gates() -> tuple[Gate, ...]:
    """Return the gates of core, in the order in which they are shown."""
    return (
        OfferedGate(),
        KindGate(),
        StageGate(),
        PlaceGate(),
        IndustryGate(),
        OwnGate(),
        ExclusionGate(),
        PortfolioGate(),
        PassedGate(),
        SeenGate(),
        ActiveGate(),
    )


__all__ = [
    "ActiveGate",
    "ExclusionGate",
    "Gate",
    "IndustryGate",
    "KindGate",
    "OfferedGate",
    "OwnGate",
    "PassedGate",
    "PlaceGate",
    "PortfolioGate",
    "SeenGate",
    "StageGate",
    "core_gates",
]
