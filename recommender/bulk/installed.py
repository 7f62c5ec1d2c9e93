"""The recommender of this installation: core's blocks and gates, and those and the rerankers of its plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plugins.host.host import Host
    from recommender.serving.service import Recommender
    from store.database import Database
    from store.settings import Settings


def installed_recommender(database: Database, settings: Settings, host: Host | None = None) -> Recommender:
    """Return a new recommender over ``database``, with the plugins of ``host`` (by default those installed)."""
    from plugins.host.host import Host
    from recommender.blocks import core_blocks
    from recommender.encoders import encoders_for
    from recommender.gates import core_gates
    from recommender.serving.isolation import blocks_of, encoders_of, gates_of, kinds_of, rerankers_of
    from recommender.serving.service import Recommender

    own = host or Host.load(settings.plugins)
    blocks, gates = [*core_blocks(), *blocks_of(own)], [*core_gates(), *gates_of(own)]
    encoders = encoders_for(settings.encoder, encoders_of(own))
    return Recommender(
        database, blocks, gates, settings, encoders=encoders, rerankers=rerankers_of(own), kinds=kinds_of(own)
    )
