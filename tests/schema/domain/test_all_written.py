"""Whatever files can write, mutations can: each column that a data document or a spreadsheet sets, or why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema.declarations.relations import Listing
from schema.domain.shared.inputs.values import editable
from schema.types.build import RoadshowSchema
from store.documents.vocabulary import entities, settable
from store.imports.kinds import KINDS
from store.models import ENTITIES

NAMED = {
    "TeamMember": "setTeam; confirmed: confirmTeamMember",
    "LandingPreference": "setLandingPreferences",
    "InvestorTrack": "setMandate",
    "InvestorConcept": "setMandate",
    "InvestorPlace": "setMandate",
    "InvestorExclusion": "setMandate",
    "Interest": "expressInterest; answered_at is when it was called",
    "Match": "advanceMatch",
    "MatchStep": "advanceMatch; confirmed: confirmMatchStep",
    "Scenario": "createScenario and updateScenario",
    "Account": "invite, and what a person says when signing in",
    "Membership": "invite, endMembership and handOverMemberships",
    "Invitation": "invite",
    "Document": "addDocument and updateDocument",
    "Document.fictional": "demonstration data alone",
    "Notification": "what core and plugins tell people of",
    "Job": "startExport, startImport and startLearning",
    "Investment.confirmed": "confirmInvestment",
    "Interest.fictional": "demonstration data alone",
    "Match.fictional": "demonstration data alone",
    "Scenario.fictional": "demonstration data alone",
    "Scenario.aliases": "a scenario has one name",
    "Account.fictional": "demonstration data alone",
    "AccountSession": "signing in",
    "AccountIdentity": "signing in by a provider",
    "SecondFactor": "setting up an authenticator app when signing in",
    "ProjectTrack.origin": "follows from who writes a project's tracks",
    "ProjectTrack.confidence": "only a suggestion has one",
    "ProjectConcept.origin": "follows from who writes a project's industries",
    "ProjectConcept.confidence": "only a suggestion has one",
    "TrackConcept.ordinal": "the order in which a data document lists a track's fields",
}
"""What no input of an entity writes: the mutation that does, or why none does."""


def written(schema: RoadshowSchema) -> Iterator[tuple[str, str]]:
    """(model, column) of everything that inputs of entities write, their links and parts included."""
    for entity in schema.registry.entities.values():
        if not entity.writable:
            continue
        for field in editable(entity):
            if not isinstance(field, Listing):
                yield from ((entity.model.__name__, column) for column in field.columns)
            elif field.join.through is not None:
                yield from ((field.join.through.__name__, column) for column in (field.join.near, field.join.far))
            else:
                part = schema.registry.entities[field.join.target]
                yield part.model.__name__, field.join.column
                yield from ((part.model.__name__, column) for each in editable(part) for column in each.columns)


def of_files() -> set[tuple[str, str]]:
    """(model, column) of everything that a data document or a spreadsheet can set."""
    columns = {(model.__name__, column) for model in entities().values() for column in settable(model)}
    for kind in KINDS.values():
        columns |= {(kind.model.__name__, each) for each in settable(kind.model)}
    return columns


@pytest.mark.parametrize("name", sorted({model for model, _ in of_files()}))
def test_what_files_write_mutations_write(schema: RoadshowSchema, name: str) -> None:
    lacking = {column for model, column in of_files() if model == name} - {
        column for model, column in written(schema) if model == name
    }
    explained = {column for column in lacking if f"{name}.{column}" in NAMED}
    assert lacking == explained or name in NAMED, f"{name}: {sorted(lacking - explained)} can't be written"


def test_the_list_names_what_is_there(schema: RoadshowSchema) -> None:
    columns = {model.__name__: settable(model) for model in ENTITIES.values()}
    done = set(written(schema))
    for name in NAMED:
        model, _, column = name.partition(".")
        assert not column or column in columns[model], f"{name} is gone"
        assert not column or (model, column) not in done, f"{name} is written now: take it out of the list"
        assert column or not {each for each, _ in done} & {model}, f"{name} is written now: take it out of the list"
