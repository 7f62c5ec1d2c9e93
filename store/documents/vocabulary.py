"""The fields of a record beyond its columns: links, money, and nested records."""

from dataclasses import dataclass, field

from sqlalchemy import UniqueConstraint

from store import models
from store.bulk import shape_of
from store.enums import FundingStage, MappingRelation, ProjectKind, TalentCategory
from store.models.base import UPKEEP, Identified


@dataclass(frozen=True, slots=True)
class LinkField:
    """A list in a record whose items are rows of `model`; `target` is what a plain key or text sets."""

    model: type[Identified]
    parent: str
    target: str
    constants: dict[str, object] = field(default_factory=dict)
    numbered: bool = False
    """`ordinal` follows the position in the list."""


def _event_links(parent: str, *names: str) -> dict[str, LinkField]:
    links = {
        "organisations": LinkField(models.EventOrganisation, parent, "organisation_id"),
        "places": LinkField(models.EventPlace, parent, "place_id"),
        "concepts": LinkField(models.EventConcept, parent, "concept_id"),
        "people": LinkField(models.EventPerson, parent, "talent_id"),
        "projects": LinkField(models.EventProject, parent, "project_id"),
    }
    return {name: links[name] for name in names}


def _unmapped() -> dict[str, LinkField]:
    return {"unmapped_terms": LinkField(models.UnmappedTerm, "entity_id", "term")}


LINKS: dict[type[Identified], dict[str, LinkField]] = {
    models.Organisation: {
        "concepts": LinkField(models.OrganisationConcept, "organisation_id", "concept_id"),
        "partners": LinkField(models.Partnership, "organisation_id", "partner_id"),
    },
    models.Track: {"concepts": LinkField(models.TrackConcept, "track_id", "concept_id", numbered=True)},
    models.Concept: {
        "mappings": LinkField(
            models.ConceptMapping, "source_id", "target_id", constants={"relation": MappingRelation.EXACT}
        )
    },
    models.EventSeries: _event_links("series_id", "organisations"),
    models.EventEdition: _event_links("edition_id", "organisations", "places", "concepts"),
    models.Event: _event_links("event_id", "organisations", "places", "concepts", "people", "projects"),
    models.Talent: {
        "positions": LinkField(models.Position, "talent_id", "organisation_id"),
        "concepts": LinkField(models.TalentConcept, "talent_id", "concept_id"),
    },
    models.Project: {
        "tracks": LinkField(models.ProjectTrack, "project_id", "track_id"),
        "concepts": LinkField(models.ProjectConcept, "project_id", "concept_id"),
        "team": LinkField(models.TeamMember, "project_id", "talent_id"),
        "landing_preferences": LinkField(models.LandingPreference, "project_id", "place_id"),
        "awards": LinkField(models.Award, "project_id", "event_id"),
        "recommended_by": LinkField(models.Recommendation, "project_id", "organisation_id"),
        **_unmapped(),
    },
    models.Investor: {
        "tracks": LinkField(models.InvestorTrack, "investor_id", "track_id"),
        "concepts": LinkField(models.InvestorConcept, "investor_id", "concept_id"),
        "excluded_concepts": LinkField(
            models.InvestorConcept, "investor_id", "concept_id", constants={"excluded": True}
        ),
        "places": LinkField(models.InvestorPlace, "investor_id", "place_id"),
        "excluded_places": LinkField(models.InvestorPlace, "investor_id", "place_id", constants={"excluded": True}),
        "exclusions": LinkField(models.InvestorExclusion, "investor_id", "project_id"),
    },
    models.IndustryPriority: {
        "concepts": LinkField(models.PriorityConcept, "priority_id", "concept_id"),
        "tracks": LinkField(models.PriorityTrack, "priority_id", "track_id"),
    },
    models.MatchingNeed: {"concepts": LinkField(models.NeedConcept, "need_id", "concept_id")},
    models.Policy: {
        "concepts": LinkField(models.PolicyConcept, "policy_id", "concept_id"),
        "tracks": LinkField(models.PolicyTrack, "policy_id", "track_id"),
    },
    models.Park: {"concepts": LinkField(models.ParkConcept, "park_id", "concept_id")},
    models.Match: {"steps": LinkField(models.MatchStep, "match_id", "stage")},
}


@dataclass(frozen=True, slots=True)
class InsideField:
    """A list of whole records inside a record; `name_part` supplies the end of a missing key."""

    model: type[Identified]
    parent: str
    name_part: str


INSIDE: dict[type[Identified], dict[str, InsideField]] = {
    models.ConceptScheme: {"concepts": InsideField(models.Concept, "scheme", "notation")},
    models.Programme: {"tracks": InsideField(models.Track, "programme", "code")},
}


@dataclass(frozen=True, slots=True)
class MoneyField:
    """A text such as `1000000-5000000 CNY` for the columns it sets; `highest` is None for a single amount."""

    lowest: str
    highest: str | None
    currency: str


MONEY: dict[type[Identified], dict[str, MoneyField]] = {
    models.Project: {
        "ask": MoneyField("ask_min", "ask_max", "ask_currency"),
        "raised": MoneyField("raised_amount", None, "raised_currency"),
    },
    models.Investor: {"cheque": MoneyField("cheque_min", "cheque_max", "cheque_currency")},
    models.MatchingNeed: {"budget": MoneyField("budget_min", "budget_max", "budget_currency")},
    models.PolicySupport: {"value": MoneyField("value_min", "value_max", "value_currency")},
    models.Investment: {
        "amount": MoneyField("amount", None, "currency"),
        "stated_amount": MoneyField("stated_amount", None, "stated_currency"),
    },
}

ANY_TYPE: dict[tuple[type[Identified], str], tuple[type[Identified], ...]] = {
    (models.StatisticalClaim, "subject_id"): (),
    (models.Interest, "subject_id"): (models.Investor, models.Place),
    (models.Match, "subject_id"): (models.Investor, models.Place),
    (models.UnmappedTerm, "entity_id"): (),
}
"""References without a foreign key, and their allowed types (an empty tuple: any)."""

CHOICES: dict[tuple[type[Identified], str], tuple[str, ...]] = {
    (models.Investor, "stages"): tuple(FundingStage),
    (models.Investor, "project_kinds"): tuple(ProjectKind),
    (models.Talent, "categories"): tuple(TalentCategory),
    (models.EventProject, "role"): ("PRESENTED", "EXHIBITED", "SIGNED"),
}
"""Text columns, and lists of texts, with a fixed set of values."""


ACCUMULATING = frozenset({"aliases", "keywords"})
"""Lists that an extension adds to instead of replacing."""

_MACHINERY = (models.ApiKey, models.CorrectionRequest, models.DistinctPair, models.Exposure, models.LearnedModel,
              models.RankingSnapshot, models.RecordMerge, models.UnmappedTerm)  # fmt: skip
_OWN_FIELDS = UPKEEP | {"id", "version", "archived_at"}
NAMES: dict[type[Identified], str] = {}
"""What documents call tables of plugins; core's are called as their models."""
IDENTITY: dict[type[Identified], tuple[str, ...]] = {
    models.EventPlace: ("event_id", "edition_id", "place_id"),
    models.EventConcept: ("event_id", "edition_id", "concept_id"),
    models.EventOrganisation: ("series_id", "edition_id", "event_id", "organisation_id", "role"),
    models.Position: ("talent_id", "organisation_id", "title"),
    models.Award: ("project_id", "event_id", "title"),
    models.MatchStep: ("match_id", "stage", "happened"),
    models.InvestorExclusion: ("investor_id", "project_id", "organisation_id"),
}
"""The columns that identify a row without a key, where no unique constraint says so."""


def entities(extra: tuple[type[Identified], ...] = ()) -> dict[str, type[Identified]]:
    """Map every model that a document may contain by name."""
    known = {NAMES.get(model, model.__name__): model for model in models.ENTITIES.values() if model not in _MACHINERY}
    return known | {model.__name__: model for model in extra}


def identity_of(model: type[Identified]) -> tuple[str, ...]:
    """Return the columns that identify a row without a key; empty if only a key does."""
    if model in IDENTITY:
        return IDENTITY[model]
    for constraint in shape_of(model).table.constraints:
        if isinstance(constraint, UniqueConstraint):
            return tuple(column.key for column in constraint.columns)
    return ()


def settable(model: type[Identified]) -> frozenset[str]:
    """Return the columns that a record may set."""
    shape = shape_of(model)
    derived = {f"{name}_{end}" for name in shape.partial_dates for end in ("earliest", "latest")}
    derived |= {f"{name}_at" for name in shape.zoned_times}
    return frozenset(shape.columns) - _OWN_FIELDS - derived


def required(model: type[Identified]) -> tuple[str, ...]:
    """Return the columns that a new record must set: `name` or `title`, and non-nullable ones without a default."""
    shape = shape_of(model)
    needed = [name for name in shape.columns if name not in shape.nullable and name not in shape.defaults]
    named = [name for name in ("name", "title") if name in shape.columns and shape.editable]
    if model.__name__ == "EventEdition":
        named = []  # an edition may be identified by series, ordinal and year alone
    return tuple(dict.fromkeys([*named, *(name for name in needed if name in settable(model))]))
