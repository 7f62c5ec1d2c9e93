"""The types and fields of mutations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.investors import interests, mandates
from schema.domain.matches import mutations as matches
from schema.domain.places import priorities
from schema.domain.projects import mutations as projects
from schema.domain.projects import publishing
from schema.domain.rankings import mutations as rankings
from schema.domain.rankings.kept_rankings import MOST_LINES
from schema.domain.shared import claims
from schema.domain.shared import entity_mutations as entities
from schema.domain.shared.faults import Run, told_at_once
from schema.domain.shared.inputs.parts import part_inputs
from schema.domain.shared.inputs.values import create_arguments, input_arguments
from schema.domain.shared.problems import CODES
from schema.sql.scope import snake
from schema.types.bulk import bulk_fields
from schema.types.curation.corrections import correction_mutations
from schema.types.curation.merging import merge_mutations
from schema.types.curation.terms import term_mutations
from schema.types.labels import with_article, words
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, IF_VERSION, define_payload
from schema.types.rankings.scenarios import scenario_mutations
from schema.types.type_names import DeclaredField, Names, enum_of, enum_type, input_type, object_type, output_field

_BEGINS = {"Project": ": a draft that its owner and organisers see, until `publishProject`"}
"""How a new record begins, where that isn't obvious."""


def define_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define inputs and payloads of records; return the fields of `Mutation`."""
    _define_shared(names)
    fields: list[StrawberryField] = []
    for name, arguments in part_inputs(registry).items():
        one = with_article(words(name)).capitalize()
        input_type(names, f"{name}Input", f"{one}. Omitted fields stay; null clears.", arguments)
    for entity in registry.entities.values():
        if entity.writable:
            fields += _entity_fields(names, registry, entity)
    fields += [*_named_fields(names, registry), *scenario_mutations(names, registry)]
    fields += [*term_mutations(names, registry), *merge_mutations(names, registry)]
    fields += correction_mutations(names, registry)
    return telling_at_once(fields) + bulk_fields(names, registry)


def telling_at_once(fields: list[StrawberryField]) -> list[StrawberryField]:
    """Let mutations report scalars that can't be read beside their own user errors."""
    for field in fields:
        assert isinstance(field, DeclaredField)
        assert field.resolve is not None
        field.resolve, field.lenient = told_at_once(cast(Run, field.resolve)), True
    return fields


def _define_shared(names: Names) -> None:
    enum_type(
        names,
        enum_of("UserErrorCode", "The kind of problem.", {str(code): text for code, text in CODES.items()}),
    )
    object_type(names, "UserError", "A problem with the request. Nothing was written.", [
        output_field(names, "code", "UserErrorCode!", "The kind of problem.",
                     resolve=lambda error, *_: str(error.code)),
        output_field(names, "message", "String!", "What is wrong and what to do, in a sentence."),
        output_field(names, "field", "[String!]!", "The path of the argument at fault, outermost first."),
    ])  # fmt: skip
    input_type(names, "LocalizedTextInput", "A text in one language.", [
        Argument("language", "LanguageTag!", "Its language."), Argument("text", "String!", "The text."),
    ])  # fmt: skip
    input_type(names, "MoneyInput", "An exact amount in one currency.", [
        Argument("amount", "Decimal!", "The amount, in units of the currency."),
        Argument("currency", "CurrencyCode!", "Its currency."),
    ])  # fmt: skip
    input_type(names, "MoneyRangeInput", "A range of amounts in one currency; either end may be open.", [
        Argument("minimum", "Decimal", "The least, in units of the currency.", None),
        Argument("maximum", "Decimal", "The most, in units of the currency.", None),
        Argument("currency", "CurrencyCode!", "Their currency."),
    ])  # fmt: skip


def _entity_fields(names: Names, registry: Registry, entity: Entity) -> list[StrawberryField]:
    name = entity.name
    label = words(name)
    one = with_article(label)
    input_type(names, f"{name}CreateInput", f"The fields of a new {label}.", create_arguments(entity))
    input_type(names, f"{name}Input", f"Changes of {one}. Omitted fields stay; null clears.", input_arguments(entity))
    define_payload(names, f"{name}Payload", f"What became of {one}.", snake(name), name, registry=registry)
    given = Argument("input", f"{name}CreateInput!", "What it states.")
    changes = Argument("input", f"{name}Input!", "What changes.")
    payload = f"{name}Payload!"

    def field(verb: str, description: str, arguments: Sequence[Argument], run: Any) -> StrawberryField:
        return output_field(names, f"{verb}_{snake(name)}", payload, description, arguments=arguments, resolve=run)

    changing = (BY_ID, IF_VERSION, DRY_RUN)
    return [
        field(
            "create",
            f"Make a new {label}{_BEGINS.get(name, '')}.",
            (given, IDEMPOTENCY_KEY, DRY_RUN),
            entities.create(entity),
        ),
        field("update", f"Change {one}.", (BY_ID, changes, IF_VERSION, DRY_RUN), entities.update(entity)),
        field("archive", f"Archive {one}; it can be restored.", changing, entities.archive(entity)),
        field("restore", f"Restore {one} from the archive.", changing, entities.restore(entity)),
    ]


def _named_fields(names: Names, registry: Registry) -> list[StrawberryField]:
    define_payload(names, "InterestPayload", "What became of an answer.", "interest", "Interest", registry=registry)
    kept = "What became of a ranking to be kept."
    define_payload(names, "RankingSnapshotPayload", kept, "snapshot", "RankingSnapshot", registry=registry)
    define_payload(
        names, "TeamMemberPayload", "What became of a claim.", "team_member", "TeamMember", registry=registry
    )
    define_payload(names, "MatchPayload", "What became of talks.", "match", "Match", registry=registry)
    define_payload(
        names,
        "IndustryPrioritiesPayload",
        "A place's priorities.",
        "priorities",
        "[IndustryPriority!]",
        registry=registry,
    )
    texts = "[LocalizedTextInput!]"
    input_type(names, "PriorityInput", "An industry that a place wants.", [
        Argument("id", "ID", "The priority to change; omit it for a new one.", None),
        Argument("name", texts, "What the place calls it.", None),
        Argument("weight", "Float", "At least 0; compared with the others.", None),
        Argument("tier", "PriorityTier", "Weight class.", None),
        Argument("action", "ChainAction", "What the place intends for the chain.", None),
        Argument("industries", "[ID!]", "Industries and fields that it means.", None),
        Argument("tracks", "[ID!]", "Tracks that it means.", None),
        Argument("valid_from", "PartialDateText", "Since when.", None),
        Argument("valid_to", "PartialDateText", "Until when.", None),
    ])  # fmt: skip
    input_type(names, "WeightedInput", "Something with a weight.", [
        Argument("id", "ID!", "Its id."), Argument("weight", "Float!", "Above 0.", 1.0),
    ])  # fmt: skip
    input_type(names, "ExclusionInput", "A project or organisation that an investor excludes.", [
        Argument("project", "ID", "The project; give either this or an organisation.", None),
        Argument("organisation", "ID", "The organisation, with all of its projects.", None),
        Argument("note", "String", "A private reason; if omitted, the stored one stays.", None),
    ])  # fmt: skip
    input_type(names, "MandateInput", "A mandate; given fields replace stored ones, the rest stays.", [
        Argument("thesis", texts, "What the investor looks for, in its own words; null clears it.", None),
        Argument("tracks", "[WeightedInput!]", "Tracks.", None),
        Argument("industries", "[WeightedInput!]", "Industries.", None),
        Argument("excluded_industries", "[ID!]", "Industries it excludes.", None),
        Argument("places", "[ID!]", "Places, each with everything in it.", None),
        Argument("excluded_places", "[ID!]", "Places it excludes.", None),
        Argument("stages", "[FundingStage!]", "Funding stages; none means not stated.", None),
        Argument("project_kinds", "[ProjectKind!]",
                 "Kinds of projects; none means start-ups, research, products and platforms.", None),
        Argument("cheque", "MoneyRangeInput", "How much it invests per deal; null clears it.", None),
        Argument("exclusions", "[ExclusionInput!]", "Excluded projects and organisations; those of "
                 "projects that you don't see now stay.", None),
    ])  # fmt: skip
    input_type(names, "TeamMemberInput", "A person in a team.", [
        Argument("talent", "ID!", "The person."),
        Argument("title", texts, "What the person does.", None),
        Argument("founder", "Boolean!", "Whether the person founded it.", False),
        Argument("full_time", "Boolean", "Whether the person works in it full time.", None),
        Argument("equity_percent", "Decimal", "Share of the equity, in percent.", None),
    ])  # fmt: skip
    input_type(names, "LandingPreferenceInput", "A place where a project would settle.", [
        Argument("place", "ID!", "The place."),
        Argument("weight", "Float!", "How strongly, from 0 to 1.", 1.0),
        Argument("conditions", texts, "On which conditions.", None),
    ])  # fmt: skip
    subject = Argument("subject", "ID", "The investor or place that responds; by default your own.", None)
    project = Argument("project", "ID!", "The project.")
    return [
        output_field(names, "express_interest", "InterestPayload!",
                     "Respond to a project; a second response replaces the first.", arguments=[
                         project, Argument("kind", "InterestKind!", "Your response."),
                         Argument("reason", "PassReason", "Why you pass.", None),
                         Argument("note", "String", "A private note.", None),
                         Argument("feedback", "String", "For the project's owner.", None), subject, DRY_RUN,
                     ], resolve=interests.express_interest),
        output_field(names, "withdraw_interest", "InterestPayload!", "Withdraw a response.",
                     arguments=[project, subject, DRY_RUN], resolve=interests.withdraw_interest),
        output_field(names, "keep_ranking", "RankingSnapshotPayload!",
                     "Keep a list as its subject sees it now, to show it unchanged later.", arguments=[
                         Argument("subject", "ID", "The investor, place or project it is for; by default the investor "
                                  "or place that you act for.", None),
                         Argument("target", "RankingTarget!", "What it lists.", "PROJECT"),
                         Argument("filter", "ProjectFilter", "Only these are ranked; for lists of projects.", None),
                         Argument("options", "RankingOptions", "How it is ranked.", None),
                         Argument("first", "Int", f"Number of lines to keep, 0 to {MAXIMUM_PAGE}.", 20),
                         Argument("only", "[ID!]", "Keep only these lines, whatever `first` says: those that were "
                                  f"shown, of the first {MOST_LINES:,}.", None),
                         Argument("label", "String", "A label.", None),
                         Argument("channel", "String", "The delivery channel (mail, feed): its projects "
                                  "count as shown from now on.", None),
                         IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=rankings.keep_ranking),
        output_field(names, "advance_match", "MatchPayload!",
                     "Record how far the talks with a project are. Each step is kept; the first begins the talks. What "
                     "one side states of both waits for the other side or an organiser to confirm it; until then "
                     "SIGNED and LANDED don't count. A project's owner may state steps of talks that it can see.",
                     arguments=[
                         project, Argument("stage", "MatchStage!", "The stage reached."),
                         Argument("happened", "PartialDateText", "When; by default today.", None),
                         Argument("note", "String", "A private note.", None),
                         Argument("reason", "String", "Why the talks go back to an earlier stage; needed where they "
                                  "do, and read by both sides.", None),
                         Argument("subject", "ID", "The investor or place; by default your own. A project's owner "
                                  "names it.", None),
                         IF_VERSION, DRY_RUN,
                     ], resolve=matches.advance_match),
        output_field(names, "confirm_match_step", "MatchPayload!",
                     "Confirm a step that the other side stated. Only confirmed steps are evidence for rankings; a "
                     "confirmed LANDED sets the project's landed place.",
                     arguments=[Argument("step", "ID!", "The step."), IF_VERSION, DRY_RUN],
                     resolve=matches.confirm_match_step),
        output_field(names, "retract_match_step", "MatchPayload!",
                     "Retract an unconfirmed step that you stated by mistake; an organiser retracts "
                     "any. Talks without any step are archived.",
                     arguments=[
                         Argument("step", "ID!", "The step."),
                         Argument("reason", "String", "The reason; required to retract a confirmed step.", None),
                         Argument("subject", "ID", "The investor or place; by default your own.", None),
                         IF_VERSION, DRY_RUN,
                     ], resolve=matches.retract_match_step),
        output_field(names, "set_industry_priorities", "IndustryPrioritiesPayload!",
                     "Replace a place's priorities by these, in this order.", arguments=[
                         Argument("place", "ID!", "The place."),
                         Argument("priorities", "[PriorityInput!]!", "All of its priorities."),
                         Argument("if_version", "Int", "Only if the place's `prioritiesVersion` is still this one.",
                                  None),
                         DRY_RUN,
                     ], resolve=priorities.set_industry_priorities),
        output_field(names, "set_mandate", "InvestorPayload!", "Change an investor's mandate and thesis.", arguments=[
            Argument("investor", "ID!", "The investor."), Argument("mandate", "MandateInput!", "What changes."),
            IF_VERSION, DRY_RUN,
        ], resolve=mandates.set_mandate),
        output_field(names, "publish_project", "ProjectPayload!",
                     "Offer a draft or a withdrawn project to those who may see it. It needs a name, a summary or a "
                     "description, and a track or an industry; the user errors list what is missing.", arguments=[
                         BY_ID, Argument("input", "ProjectInput", "What changes with it.", None), IF_VERSION, DRY_RUN,
                     ], resolve=publishing.publish_project),
        output_field(names, "withdraw_project", "ProjectPayload!",
                     "Take a project out of the offer. `publishProject` offers it again.",
                     arguments=[BY_ID, IF_VERSION, DRY_RUN], resolve=publishing.withdraw_project),
        output_field(names, "set_team", "ProjectPayload!", "Make a project's team exactly these people.", arguments=[
            project, Argument("members", "[TeamMemberInput!]!", "The whole team."), IF_VERSION, DRY_RUN,
        ], resolve=projects.set_team),
        output_field(names, "confirm_team_member", "TeamMemberPayload!",
                     "Confirm your membership in a project's team; organisers confirm any.",
                     arguments=[Argument("member", "ID!", "The member."), DRY_RUN],
                     resolve=claims.confirm_team_member),
        output_field(names, "confirm_investment", "InvestmentPayload!",
                     "Confirm an investor's investment in your project; organisers confirm any.",
                     arguments=[Argument("investment", "ID!", "The investment."), DRY_RUN],
                     resolve=claims.confirm_investment),
        output_field(names, "set_landing_preferences", "ProjectPayload!",
                     "Replace the places where a project would settle by these.", arguments=[
                         project, Argument("preferences", "[LandingPreferenceInput!]!", "All of them."),
                         IF_VERSION, DRY_RUN,
                     ], resolve=projects.set_landing_preferences),
    ]  # fmt: skip
