"""An organiser of one programme neither edits nor reads what is private in another: walked over the whole schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult
from sqlalchemy import func, select, update

from schema.declarations.entities import CORE, Entity
from schema.domain.shared.bulk import mutation_of
from schema.domain.shared.inputs.values import create_arguments
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store import enums, models
from store.access.actors import Actor
from store.accounts.invitations import invite
from store.database import Database
from store.enums import DocumentKind, InterestKind, MatchStage, PassReason, ProjectStatus, Role, ScopeKind, Visibility
from store.models.base import now
from tests.schema.samples import SampleRecords
from tests.schema.sql.test_visibility import SAMPLES
from tests.schema.types.test_access_rules import NAMED
from tests.schema.walking import LISTED, WRITABLE, fields_of

pytestmark = pytest.mark.nightly_on_postgresql

Run = Callable[..., ExecutionResult]

SECRET = "Hush"
"""Stands in every private text of the other programme."""


@dataclass
class Tenants:
    """Ids of two programmes by short names, with an organiser each; `theirs` is the one that nobody else may see."""

    ours: dict[str, str]
    theirs: dict[str, str]
    actor: Actor
    """Organises ours."""


@pytest.fixture
def tenants(database: Database, samples: SampleRecords) -> Tenants:
    with database.write(Actor.system("tests")) as session:

        def add(row: Any) -> Any:
            session.add(row)
            session.flush()
            return row

        def programme(text: str) -> dict[str, str]:
            organised = add(models.Programme(name={"en": "A programme"}))
            track = add(models.Track(programme_id=organised.id, code=f"t{len(text)}", name={"en": "A track"}))
            series = add(models.EventSeries(name={"en": "A series"}, programme_id=organised.id))
            edition = add(models.EventEdition(series_id=series.id, name={"en": "An edition"}))
            event = add(models.Event(edition_id=edition.id, name={"en": "An event"}, type="FINAL"))
            person = add(models.Talent(name={"en": text}, email=f"{text}@example.org".lower()))
            draft = add(models.Project(name={"en": text}, status=ProjectStatus.DRAFT, edition_id=edition.id,
                                       owner_id=person.id))  # fmt: skip
            shown = add(models.Project(name={"en": "Shown"}, edition_id=edition.id))
            hidden = add(models.Project(name={"en": text}, edition_id=edition.id, visibility=Visibility.OWNER))
            found = {"programme": organised, "track": track, "series": series, "edition": edition, "event": event,
                     "person": person, "draft": draft, "shown": shown, "hidden": hidden}  # fmt: skip
            found["file"] = add(models.Document(subject_id=draft.id, kind=DocumentKind.DECK, link="https://a.example",
                                                visibility=Visibility.PUBLIC, credit=text))  # fmt: skip
            found["hidden_file"] = add(models.Document(
                subject_id=shown.id, kind=DocumentKind.DECK, link="https://a.example", credit=text))  # fmt: skip
            found["event_file"] = add(models.Document(
                subject_id=event.id, kind=DocumentKind.PHOTO, link="https://a.example", credit=text))  # fmt: skip
            found["member"] = add(models.TeamMember(project_id=draft.id, talent_id=person.id, title={"en": text}))
            found["claim"] = add(models.StatisticalClaim(subject_id=draft.id, measure=text, unit="u", value=1))
            for name, subject in (("investor", samples["investor"]), ("place", samples["kunshan"])):
                found[f"{name}_answer"] = add(models.Interest(
                    subject_id=subject, project_id=shown.id, kind=InterestKind.PASS, reason=PassReason.STAGE,
                    feedback=text, note="note"))  # fmt: skip
                talks = found[f"{name}_talks"] = add(models.Match(
                    subject_id=subject, project_id=shown.id, stage=MatchStage.MET, reason=text, note="note",
                ))  # fmt: skip
                found[f"{name}_step"] = add(models.MatchStep(match_id=talks.id, stage=MatchStage.MET))
                found[f"{name}_exposure"] = add(models.Exposure(subject_id=subject, project_id=shown.id, channel=text))
            found["kept"] = add(models.RankingSnapshot(
                subject_id=shown.id, target="INVESTOR", model_version=text, weights={}, data_position=1, items=[]
            ))  # fmt: skip
            account = found["account"] = add(models.Account(name=text, email=f"{text}@accounts.example".lower()))
            found["membership"] = add(models.Membership(
                account_id=account.id, role=Role.ORGANISER, scope_kind=ScopeKind.SERIES, scope_id=series.id
            ))  # fmt: skip
            found["team_membership"] = add(models.Membership(
                account_id=account.id, role=Role.TALENT, scope_kind=ScopeKind.PROJECT, scope_id=draft.id
            ))  # fmt: skip
            found["job"] = add(models.Job(
                kind="export", arguments={"filter": text}, account_id=account.id, message=text,
                membership_id=found["membership"].id,
            ))  # fmt: skip
            found["key"] = add(models.ApiKey(role=Role.ORGANISER, name=text, key_hash=text, account_id=account.id))
            found["invitation"] = invite(
                session, "new@example.org", Role.REVIEWER, ScopeKind.TRACK, track.id, name=text
            )[0]
            return {name: row.id for name, row in found.items()}

        ours, theirs = programme("Our own"), programme(SECRET)
        account = add(models.Account(name="Ours", email="ours@example.org"))
        add(models.Membership(account_id=account.id, role=Role.ORGANISER, scope_kind=ScopeKind.PROGRAMME,
                              scope_id=ours["programme"]))  # fmt: skip
    return Tenants(ours, theirs, Actor(Role.SCOPED_ORGANISER, "key", account.id))


PRIVATE = {"job", 
    "person", "draft", "hidden", "file", "hidden_file", "event_file",
    "member", "claim", "investor_answer", "investor_talks", "investor_step",
    "investor_exposure", "place_answer", "place_talks", "place_step", "place_exposure", "kept",
    "account", "membership", "team_membership", "invitation",
}  # fmt: skip
"""What is private in each of the programmes."""


ANOTHERS = {"key"}
"""What only its own account sees, and administrators."""


def seen(run: Run, ids: dict[str, str], actor: Actor) -> set[str]:
    """The names of what is seen among records with `node`."""
    result = run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": list(ids.values())}, actor)
    assert result.data
    found = {node["id"] for node in result.data["nodes"] if node}
    return {name for name, identifier in ids.items() if identifier in found}


def test_rows_of_the_own_programme_are_seen_and_of_the_other_what_is_public(run: Run, tenants: Tenants) -> None:
    assert seen(run, tenants.ours, tenants.actor) == set(tenants.ours) - ANOTHERS
    assert seen(run, tenants.theirs, tenants.actor) == set(tenants.theirs) - ANOTHERS - PRIVATE
    organiser = Actor(Role.ORGANISER, "key")
    assert seen(run, tenants.theirs, organiser) == set(tenants.theirs) - ANOTHERS, "who organises everything sees all"


@pytest.mark.nightly_on_postgresql
def test_no_list_tells_of_the_other_programme(run: Run, tenants: Tenants, schema: RoadshowSchema) -> None:
    hidden = {SECRET, SECRET.lower() + "@", *(tenants.theirs[name] for name in PRIVATE)}
    walked = set()
    for type_name, (_, many) in LISTED.items():
        chosen = " ".join(name + below for name, below in fields_of(schema._schema, type_name))
        archivable = schema.registry.entities[type_name].archivable
        given = "filter: {archived: null}, " if archivable else ""
        page = f"{{ totalCount edges {{ node {{ {chosen} }} }} }}"
        result = run(f"{{ {camel(many)}({given}first: 100) {page} }}", None, tenants.actor)
        assert result.data, result.errors
        shown = orjson.dumps(result.data).decode()
        assert not [each for each in hidden if each in shown], type_name
        assert result.data[camel(many)]["totalCount"] == len(result.data[camel(many)]["edges"]), type_name
        walked.add(type_name)
    assert walked == set(LISTED)
    accounts = "{ memberships(ended: true) { id account { name email } } invitations(ended: true) { id email name } }"
    listed = run(accounts, None, tenants.actor)
    assert listed.data
    assert {each["id"] for each in listed.data["invitations"]} == {tenants.ours["invitation"]}
    governed = {each["id"] for each in listed.data["memberships"]}
    assert {tenants.ours["membership"], tenants.ours["team_membership"]} <= governed
    assert not {tenants.theirs["membership"], tenants.theirs["team_membership"]} & governed
    assert SECRET not in str(listed.data)
    assert run("{ apiKeys { id } }", None, tenants.actor).errors
    found = run(f'{{ search(query: "{SECRET}") {{ totalCount }} }}', None, tenants.actor)
    assert found.data == {"search": {"totalCount": 0}}


def test_fields_that_are_private_are_read_in_the_own_programme_alone(run: Run, tenants: Tenants) -> None:
    query = """query ($project: ID!, $person: ID!) {
        project(id: $project) { snapshots { totalCount } } talent(id: $person) { email } }"""
    ours = run(query, {"project": tenants.ours["shown"], "person": tenants.ours["person"]}, tenants.actor)
    assert ours.data == {"project": {"snapshots": {"totalCount": 1}}, "talent": {"email": "our own@example.org"}}
    theirs = run(query, {"project": tenants.theirs["shown"], "person": tenants.theirs["person"]}, tenants.actor)
    assert theirs.data
    assert not (theirs.data["project"]["snapshots"] or {}).get("totalCount")
    assert theirs.data["talent"] is None


def test_naming_somebody_in_an_own_project_tells_nothing_of_that_person(run: Run, tenants: Tenants) -> None:
    """An organiser may name anybody as a member or an owner: the address stays between the person and its own."""
    with_owner = """mutation ($id: ID!, $who: ID!) {
        updateProject(id: $id, input: {owner: $who}) { userErrors { code } }
        setTeam(project: $id, members: [{talent: $who}]) { userErrors { code } } }"""
    query = "query ($id: ID!) { talent(id: $id) { email } }"
    listed = run("{ talents { edges { node { id name } } } }", None, tenants.actor)
    assert listed.data
    nodes = [edge["node"] for edge in listed.data["talents"]["edges"]]
    ben = next(node["id"] for node in nodes if node["name"] == "Ben Example")
    before = run(query, {"id": ben}, tenants.actor).data
    done = run(with_owner, {"id": tenants.ours["draft"], "who": ben}, tenants.actor)
    assert done.data == {"updateProject": {"userErrors": []}, "setTeam": {"userErrors": []}}
    assert run(query, {"id": ben}, tenants.actor).data == before == {"talent": {"email": None}}


def required(entity: Entity) -> str:
    """What a new record needs, as a literal."""
    values = {
        "[LocalizedTextInput!]!": '[{language: EN, text: "x"}]',
        "ID!": '"x"',
        "String!": '"x"',
        "Decimal!": '"1"',
    }
    needed = [each for each in create_arguments(entity) if each.type.endswith("!")]
    return ", ".join(
        f"{camel(each.name)}: {values.get(each.type) or next(iter(getattr(enums, each.type.rstrip('!')))).name}"
        for each in needed
    )


def calls(tenants: Tenants, samples: SampleRecords) -> dict[str, str]:
    """Every mutation, with arguments that say something about the other programme or about what is shared."""
    theirs = tenants.theirs
    their = {"Project": "shown", "Programme": "programme", "Track": "track", "EventSeries": "series",
             "EventEdition": "edition", "Event": "event", "Talent": "person"}  # fmt: skip
    name = 'name: [{language: EN, text: "x"}]'
    inputs = {
        "Project": f'{name}, edition: "{theirs["edition"]}"',
        "Track": f'{name}, code: "x", programme: "{theirs["programme"]}"',
        "EventSeries": f'{name}, programme: "{theirs["programme"]}"',
        "EventEdition": f'{name}, series: "{theirs["series"]}"',
        "Event": f'{name}, type: FINAL, edition: "{theirs["edition"]}"',
    }
    found = {}
    for kind in WRITABLE:
        identifier = theirs[their[kind]] if kind in their else samples[SAMPLES[kind]]
        found[f"create{kind}"] = f"input: {{{inputs.get(kind) or required(CORE[kind])}}}"
        found[f"update{kind}"] = f'id: "{identifier}", input: {{}}'
        found[f"archive{kind}"] = found[f"restore{kind}"] = f'id: "{identifier}"'
        if many := mutation_of(CORE[kind]):
            created, updated = f"{{input: {{{inputs.get(kind, '')}}}}}", f'{{id: "{identifier}", input: {{}}}}'
            found[camel(many)] = f"allOrNothing: false, rows: [{created}, {updated}]"
    subject = f'"{samples["investor"]}"'
    ids = {**samples.ids, "lidar": theirs["shown"], "member": theirs["member"]}
    found |= {each: given.format(subject=subject, target="PROJECT", **ids) for each, given in NAMED.items()}
    for each in ("confirmMatchStep", "retractMatchStep"):
        found[each] = f'step: "{theirs["investor_step"]}"'
    invitation, membership = theirs["invitation"], theirs["membership"]
    people = 'people: [{email: "x@example.org"}]'
    found |= {
        "requestCorrection": f'subject: "{theirs["hidden"]}", field: "website", reason: "x"',
        "markDistinct": f'first: "{theirs["shown"]}", second: "{samples["bank"]}"',
        "invite": f'{people}, role: REVIEWER, scopeKind: EDITION, scope: "{theirs["edition"]}"',
        "resendInvitation": f'id: "{invitation}"',
        "revokeInvitation": f'id: "{invitation}"',
        "endMembership": f'id: "{membership}"',
        "handOverMemberships": f'leaver: "{theirs["account"]}", successor: "{tenants.actor.subject_id}"',
        "actAs": f'membership: "{membership}"',
        "signOut": 'session: "ssn_0"',
        "createKey": 'name: "x", role: ADMIN',
        "rotateKey": f'id: "{theirs["key"]}"',
        "revokeKey": f'id: "{theirs["key"]}"',
        "startExport": 'connection: "projects"',
        "startLearning": "activate: true",
        "createUpload": 'name: "projects.csv"',
        "addDocument": f'subject: "{theirs["shown"]}", kind: DECK, link: "https://a.example"',
        "updateDocument": f'id: "{theirs["hidden_file"]}", input: {{}}',
        "archiveDocument": f'id: "{theirs["event_file"]}"',
        "restoreDocument": f'id: "{theirs["file"]}"',
        "startImport": 'upload: "x", namespace: "x"',
        "takeBackImport": f'job: "{theirs["job"]}"',
        "cancelJob": f'id: "{theirs["job"]}"',
        "retryJob": f'id: "{theirs["job"]}"',
        "setNotificationPreference": 'kind: "job-failed", channel: "EMAIL", enabled: true',
        "setNotificationAddress": 'channel: "FEED"',
    }
    return found


OF_ONESELF = {"createUpload"}
"""What makes something for the caller alone, and names nothing of anybody's."""


def position(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.max(models.Change.sequence))) or 0


def test_no_mutation_changes_another_programme(
    run: Run, tenants: Tenants, samples: SampleRecords, schema: RoadshowSchema, database: Database
) -> None:
    mutations = calls(tenants, samples)
    declared = schema._schema.mutation_type
    assert declared is not None
    assert set(mutations) == set(declared.fields), "a new mutation needs a line here"
    before = position(database)
    errors = "userErrors { code message }"
    for name, given in mutations.items():
        rows = f"results {{ {errors} }}" if name.startswith("upsert") else ""
        result = run(f"mutation {{ {name}({given}) {{ {errors} {rows} }} }}", None, tenants.actor)
        if result.errors:
            assert {error.extensions["code"] for error in result.errors} <= {"FORBIDDEN", "UNAVAILABLE"}, name
            continue
        assert result.data
        payload = result.data[name]
        for refused in payload.get("results") or [payload]:
            codes = {error["code"] for error in (*payload["userErrors"], *refused["userErrors"])}
            assert codes or name in OF_ONESELF, name
            assert codes <= {"FORBIDDEN", "NOT_FOUND"}, (name, result.data)
    assert position(database) == before, "nothing was written"


def test_the_own_programme_is_edited(run: Run, tenants: Tenants, samples: SampleRecords) -> None:
    ours = tenants.ours
    name = 'name: [{language: EN, text: "x"}]'
    for mutation in [
        f'createProject(input: {{{name}, edition: "{ours["edition"]}"}})',
        f'createTrack(input: {{{name}, code: "x", programme: "{ours["programme"]}"}})',
        f'createEventSeries(input: {{{name}, programme: "{ours["programme"]}"}})',
        f'createEventEdition(input: {{{name}, series: "{ours["series"]}"}})',
        f'createEvent(input: {{{name}, type: FINAL, edition: "{ours["edition"]}"}})',
        *(f'update{kind}(id: "{ours[short]}", input: {{{name}}})' for kind, short in
          {"Programme": "programme", "Track": "track", "EventSeries": "series", "EventEdition": "edition",
           "Event": "event", "Project": "hidden"}.items()),
        f'updateProject(id: "{ours["draft"]}", input: {{status: LANDED}})',
        f'archiveProject(id: "{ours["hidden"]}")',
        f'restoreProject(id: "{ours["hidden"]}")',
        f'setTeam(project: "{ours["draft"]}", members: [{{talent: "{ours["person"]}"}}])',
        f'setLandingPreferences(project: "{ours["draft"]}", preferences: [{{place: "{samples["kunshan"]}"}}])',
        f'advanceMatch(project: "{ours["shown"]}", subject: "{samples["investor"]}", stage: INTENT)',
        f'retractMatchStep(step: "{ours["place_step"]}")',
    ]:  # fmt: skip
        result = run(f"mutation {{ made: {mutation} {{ userErrors {{ code message field }} }} }}", None, tenants.actor)
        assert result.data == {"made": {"userErrors": []}}, (mutation, result)
    log = "{ auditLog(first: 100) { nodes { actorId entityType entityId before after } } }"
    told, all_told = run(log, None, tenants.actor), run(log, None, Actor(Role.ORGANISER, "key"))
    assert told.data
    assert all_told.data
    entries = told.data["auditLog"]["nodes"]
    edited = {each["entityId"] for each in entries if each["actorId"] == "key"}
    assert {ours[name] for name in ("programme", "track", "series", "edition", "event", "hidden", "draft")} <= edited
    assert not {each["entityId"] for each in entries} & set(tenants.theirs.values())
    assert SECRET not in str(entries)
    assert SECRET in str(all_told.data), "whoever organises everything reads of both"


def test_nothing_is_moved_between_programmes(run: Run, tenants: Tenants, samples: SampleRecords) -> None:
    ours, theirs = tenants.ours, tenants.theirs
    for mutation in [
        f'updateProject(id: "{ours["draft"]}", input: {{edition: "{theirs["edition"]}"}})',
        f'updateProject(id: "{ours["draft"]}", input: {{edition: null}})',
        f'updateTrack(id: "{ours["track"]}", input: {{programme: "{theirs["programme"]}"}})',
        f'updateEventSeries(id: "{ours["series"]}", input: {{programme: "{theirs["programme"]}"}})',
        f'updateEventEdition(id: "{ours["edition"]}", input: {{series: "{theirs["series"]}"}})',
        f'updateEvent(id: "{ours["event"]}", input: {{edition: "{theirs["edition"]}"}})',
        f'updateEvent(id: "{ours["event"]}", input: {{parent: "{theirs["event"]}"}})',
        f'advanceMatch(project: "{ours["shown"]}", subject: "{samples["investor"]}", stage: INTENT, note: "mine")',
    ]:
        result = run(f"mutation {{ made: {mutation} {{ userErrors {{ code }} }} }}", None, tenants.actor)
        assert result.data
        assert [each["code"] for each in result.data["made"]["userErrors"]] in (["FORBIDDEN"], ["NOT_FOUND"]), mutation


def test_an_edition_s_organiser_has_that_edition_alone(run: Run, tenants: Tenants, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        session.execute(
            update(models.Membership)
            .where(models.Membership.account_id == tenants.actor.subject_id)
            .values(scope_kind=ScopeKind.EDITION, scope_id=tenants.ours["edition"])
        )
    of_the_series = {"job", "membership", "invitation"}  # its organiser's, and what only it governs
    assert seen(run, tenants.ours, tenants.actor) == set(tenants.ours) - ANOTHERS - of_the_series
    name = 'name: [{language: EN, text: "x"}]'
    for mutation, codes in {
        f'updateEventEdition(id: "{tenants.ours["edition"]}", input: {{{name}}})': [],
        f'updateEventEdition(id: "{tenants.ours["edition"]}", input: {{series: "{tenants.theirs["series"]}"}})': [
            "FORBIDDEN"
        ],
        f'updateEventSeries(id: "{tenants.ours["series"]}", input: {{{name}}})': ["FORBIDDEN"],
        f'createEventEdition(input: {{{name}, series: "{tenants.ours["series"]}"}})': ["FORBIDDEN"],
    }.items():
        result = run(f"mutation {{ made: {mutation} {{ userErrors {{ code }} }} }}", None, tenants.actor)
        assert result.data
        assert [each["code"] for each in result.data["made"]["userErrors"]] == codes, mutation


@pytest.mark.parametrize("change", [{"ends_at": -1}, {"begins_at": 1}, {"role": Role.REVIEWER}])
def test_a_membership_counts_while_it_holds(
    run: Run, tenants: Tenants, database: Database, change: dict[str, Any]
) -> None:
    values = {
        name: now() + timedelta(minutes=value) if isinstance(value, int) else value for name, value in change.items()
    }
    with database.write(Actor.system("tests")) as session:
        session.execute(
            update(models.Membership).where(models.Membership.account_id == tenants.actor.subject_id).values(**values)
        )
    assert seen(run, tenants.ours, tenants.actor) == set(tenants.ours) - ANOTHERS - PRIVATE
