"""The client (`viewer`), and what this server can do (`capabilities`)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from strawberry.types.field import StrawberryField

from plugins.host.states import State
from plugins.host.versions import API_VERSION
from recommender.interface.bands import LEAST_SCORE, MEANINGS, Band
from schema.declarations.base import STAFF, GivenArguments
from schema.declarations.columns import LANGUAGE_ARGUMENT
from schema.declarations.relations import MAXIMUM_PAGE
from schema.request.context import Context
from schema.types.accounts import viewer_fields
from schema.types.notifications import notification_viewer_fields
from schema.types.server.access import define_access, rules_of
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field

_STATES = {
    "ACTIVE": "All of it runs.",
    "DEGRADED": "It runs without parts that failed at the start.",
    "RESTING": "A failing function is switched off for a while.",
    "DISABLED": "Disabled in the settings.",
    "REFUSED": "It may not run here.",
    "FAILED": "It failed at the start; none of it is used.",
}
assert set(_STATES) == set(State.__members__)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that applies."""

    name: str
    value: float
    description: str


def define_capabilities(names: Names) -> list[StrawberryField]:
    """Define the types; return the fields of `Query`."""
    define_access(names)
    object_type(names, "Viewer", "Who asks.", [
        output_field(names, "role", "Role!", "Your role."),
        output_field(names, "name", "String", "The name of your key."),
        output_field(names, "subject", "Node", "The investor, place or person that you act for.",
                     resolve=lambda actor, context, _: context.node(actor.subject_id)),
        output_field(names, "languages", "[LanguageTag!]!", "Languages of texts, best first.",
                     resolve=lambda actor, context, _: list(context.all_languages)),
        *viewer_fields(names),
        *notification_viewer_fields(names),
    ])  # fmt: skip
    enum_type(names, enum_of("PluginStatus", "The state of a plugin.", _STATES))
    object_type(names, "Plugin", "An installed plugin.", [
        output_field(names, "name", "String!", "Its name."),
        output_field(names, "version", "String", "Its version; null if it was never read."),
        output_field(names, "description", "String!", "Its purpose."),
        output_field(names, "state", "PluginStatus!", "Its state.", resolve=lambda state, *_: state.state.value),
        output_field(names, "reason", "String", "Why it isn't active; for organisers.",
                     resolve=lambda state, context, _: state.reason if context.actor.role in STAFF else None),
    ])  # fmt: skip
    object_type(names, "Limit", "A limit that one request must keep.", [
        output_field(names, "name", "String!", "What is limited."),
        output_field(names, "value", "Float!", "The most that is allowed, in the unit that the description names."),
        output_field(names, "description", "String!", "What it means."),
    ])  # fmt: skip
    object_type(names, "ModelPart", "A block or a gate of the recommender.", [
        output_field(names, "name", "String!", "Its name, for weights."),
        output_field(names, "weight", "Float", "A block's default weight, at least 0; null for a gate.",
                     resolve=lambda part, *_: getattr(part, "weight", None)),
        output_field(names, "owner", "String!", "Its origin: core, or a plugin."),
        output_field(names, "description", "String!", "Its description.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=lambda part, context, arguments: part.description.in_language(
                         context.preferred(arguments.get("lang"))[0])),
    ])  # fmt: skip
    object_type(names, "Model", "The recommender's model.", [
        output_field(names, "version", "String!", "Its version.", resolve=_model_version),
        output_field(names, "encoder", "String!", "The text encoder whose vectors it reads.",
                     resolve=lambda recommender, *_: str(recommender.snapshot().encoder)),
        output_field(names, "blocks", "[ModelPart!]!", "The parts of a score.",
                     resolve=lambda recommender, *_: recommender.blocks()),
        output_field(names, "gates", "[ModelPart!]!", "Conditions that may leave a pair out of a ranking.",
                     resolve=lambda recommender, *_: recommender.gate_infos()),
    ])  # fmt: skip
    object_type(names, "BandInfo", "The meaning of a band of scores.", [
        output_field(names, "band", "Band!", "The band.", resolve=lambda band, *_: band.value),
        output_field(names, "least_score", "Float!", "Its lowest score, from 0 to 100.",
                     resolve=lambda band, *_: LEAST_SCORE[band]),
        output_field(names, "meaning", "String!", "What it says.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=lambda band, context, arguments: MEANINGS[band].in_language(
                         context.preferred(arguments.get("lang"))[0])),
    ])  # fmt: skip
    object_type(names, "Capabilities", "What this server can do.", [
        output_field(names, "version", "String!", "Roadshow's version.", resolve=lambda *_: _version()),
        output_field(names, "plugin_api", "String!", "Version of the plugin API.", resolve=lambda *_: API_VERSION),
        output_field(names, "languages", "[LanguageTag!]!", "Languages to try if a query names none.",
                     resolve=lambda _, context, __: list(context.services.settings.languages)),
        output_field(names, "plugins", "[Plugin!]!", "Installed plugins.",
                     resolve=lambda _, context, __: context.services.host.states() if context.services.host else []),
        output_field(names, "limits", "[Limit!]!", "Limits that apply.", resolve=_limits),
        output_field(names, "rules", "[AccessRule!]!",
                     "Who may read and write what, if not everybody; plugins' rules included.",
                     resolve=lambda _, context, __: rules_of(context.registry, context.services.host)),
        output_field(names, "bands", "[BandInfo!]!", "The legend of scores, from the strongest band.",
                     resolve=lambda *_: list(Band)),
        output_field(names, "model", "Model", "The recommender's model; null if none runs.",
                     resolve=lambda _, context, __: context.services.recommender),
    ])  # fmt: skip
    return [
        output_field(names, "viewer", "Viewer!", "Who asks.", resolve=lambda _, context, __: context.actor),
        output_field(names, "capabilities", "Capabilities!", "What this server can do.", resolve=lambda *_: _HERE),
    ]


_HERE = object()


def _limits(_: object, context: Context, arguments: GivenArguments) -> list[Limit]:
    page = Limit("page", MAXIMUM_PAGE, "Rows of one page.")
    limits = getattr(context.services.settings, "limits", None)
    if not isinstance(limits, BaseModel):
        return [page]
    described = type(limits).model_fields
    return [
        page,
        *(
            Limit(name, float(value), described[name].description or name)
            for name, value in limits.model_dump().items()
            if isinstance(value, int | float)
        ),
    ]


def _model_version(recommender: Any, *_: object) -> str:
    from recommender.fit.model import MODEL_VERSION

    return str(MODEL_VERSION)


def _version() -> str:
    try:
        return version("roadshow")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
