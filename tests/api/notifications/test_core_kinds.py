"""What core tells people of: jobs, roles, answers, talks, corrections, and the security of their accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.notifications.kinds import core_kinds_of_notifications
from api.notifications.reminders import remind
from api.notifications.rendering import example_of, html_of, text_of
from api.notifications.texts import STAGES
from schema.execution.execute import execute
from store.access.accounts import actor_of, add_membership, held_by
from store.access.actors import Actor
from store.accounts.second_factors import remove
from store.database import Database
from store.enums import MatchStage, Role, ScopeKind
from store.jobs import leases
from store.jobs.queue import enqueue
from store.models import (
    Account,
    EventEdition,
    EventSeries,
    Investor,
    Job,
    Membership,
    Programme,
    Project,
    SecondFactor,
    Talent,
)
from store.models.base import now
from tests.api.notifications.telling import BASE, TEST, Installation, schema

KINDS = {kind.name: kind for kind in core_kinds_of_notifications()}
MINUTE = timedelta(minutes=1)
LIKE = """mutation($project: ID!, $kind: InterestKind!, $note: String) {
  expressInterest(project: $project, kind: $kind, note: $note) { userErrors { message } }
}"""
ADVANCE = """mutation($project: ID!, $stage: MatchStage!) {
  advanceMatch(project: $project, stage: $stage) { userErrors { message } }
}"""
SUGGEST = """mutation($subject: ID!, $dry: Boolean! = false) {
  requestCorrection(subject: $subject, field: "website", proposed: "https://lamp.example", reason: "It moved.",
                    dryRun: $dry) { correctionRequest { id } userErrors { message } }
}"""
ACCEPT = "mutation($id: ID!) { acceptCorrection(id: $id) { userErrors { message } } }"
DECLINE = """mutation($id: ID!) {
  declineCorrection(id: $id, answer: "It is right.") { userErrors { message } }
}"""


def test_every_stage_of_talks_has_words() -> None:
    assert set(STAGES) == {each.value for each in MatchStage}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_kind_fits_its_example_in_both_languages(name: str, language: str) -> None:
    message = example_of(KINDS[name], language, BASE)
    (item,) = message.items
    for said in (text_of(message, BASE, None), html_of(message, BASE, None)):
        assert item.text.splitlines()[0][:20] in said.replace("&#39;", "'")
        assert "{{" not in said
    assert (language == "zh") == any("\u4e00" <= character <= "\u9fff" for character in message.subject)


def asked(telling: Installation, actor: Actor, document: str, **variables: object) -> dict[str, Any]:
    answer = execute(schema(), telling.services, actor, document, variables=variables)
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    assert all(payload["userErrors"] == [] for payload in answer.data.values()), answer.data
    return answer.data


def said(telling: Installation, account: str) -> list[tuple[str, str]]:
    """Run far enough in the future for every window; what the person was told then."""
    telling.later += timedelta(hours=2)
    telling.bundler.run()
    return [(row.kind, row.subject) for row in telling.notifications(account) if row.subject is not None]


def test_the_asker_learns_of_jobs_that_failed_or_took_long(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()
    for seconds, end in ((0, "succeed"), (90, "succeed"), (0, "fail")):
        with sqlite_database.write(Actor(Role.ADMIN, id=ada, account_id=ada)) as session:
            job = enqueue(session, "export", {}, attempts=1)
        with sqlite_database.write(TEST) as session:
            session.execute(update(Job).where(Job.id == job.id).values(created_at=now() - timedelta(seconds=seconds)))
        claim = leases.claim(sqlite_database, "test", ["export"], MINUTE)
        assert claim is not None
        if end == "fail":
            leases.fail(sqlite_database, claim, "The disk is full.", None)
        else:
            with sqlite_database.write(TEST) as session:
                leases.succeed(session, claim, None)
    assert said(telling, ada) == [("job-finished", "Your export is done"), ("job-failed", "Your export has failed")]
    assert "The disk is full." in str(telling.notifications(ada)[-1].text)


def test_a_role_that_ends_soon_is_told_of_once_for_each_end(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()
    with sqlite_database.write(TEST) as session:
        account = session.get_one(Account, ada)
        row = add_membership(session, account, Role.ORGANISER, ScopeKind.INSTALLATION, None, now() + timedelta(days=40))
    assert remind(sqlite_database, now()) == 0
    assert remind(sqlite_database, now() + timedelta(days=30)) == 1
    assert remind(sqlite_database, now() + timedelta(days=31)) == 0
    with sqlite_database.write(TEST) as session:
        session.get_one(Membership, row.id).ends_at = now() + timedelta(days=80)
    assert remind(sqlite_database, now() + timedelta(days=70)) == 1
    assert {kind for kind, _ in said(telling, ada)} == {"role-ending"}


def test_handing_roles_over_tells_both(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada, bob = telling.account(), telling.account("bob", languages=("zh",))
    with sqlite_database.write(TEST) as session:
        add_membership(session, session.get_one(Account, ada), Role.ORGANISER, ScopeKind.INSTALLATION)
    document = """mutation($leaver: ID!, $successor: ID!, $dryRun: Boolean!) {
      handOverMemberships(leaver: $leaver, successor: $successor, dryRun: $dryRun) { userErrors { message } } }"""
    admin = Actor(Role.ADMIN, id="key_test")
    asked(telling, admin, document, leaver=ada, successor=bob, dryRun=True)
    assert telling.notifications() == []
    asked(telling, admin, document, leaver=ada, successor=bob, dryRun=False)
    assert said(telling, ada) == [("role-ended", "Your role as Organiser has ended")]
    assert said(telling, bob) == [("roles-received", "有角色移交给您")]


def test_a_talent_learns_of_answers_and_talks_as_far_as_they_may_know(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    with sqlite_database.write(TEST) as session:
        talent = Talent(name={"en": "Ada"}, fictional=True)
        investor = Investor(name={"en": "Fictional Capital"}, fictional=True)
        session.add_all([talent, investor])
    ada, stranger = telling.account(talent=talent.id), telling.account("bob")
    project = telling.project(owner=talent.id, status="PUBLISHED")
    investing = Actor(Role.INVESTOR, id="key_test", subject_id=investor.id)
    asked(telling, investing, LIKE, project=project, kind="PASS")
    asked(telling, investing, ADVANCE, project=project, stage="SHORTLISTED")
    assert said(telling, ada) == []
    asked(telling, investing, LIKE, project=project, kind="LIKE")
    asked(telling, investing, LIKE, project=project, kind="LIKE", note="Private")
    asked(telling, investing, ADVANCE, project=project, stage="CONTACTED")
    assert sorted(said(telling, ada)) == [
        ("project-answer", "Fictional Capital likes Lamp"),
        ("project-talks", "Lamp: a step in the talks with Fictional Capital"),
    ]
    assert "have moved on: one side has approached the other." in str(telling.notifications(ada)[-1].text)
    assert said(telling, stranger) == []
    asked(telling, investing, LIKE, project=project, kind="BOOKMARK")
    asked(telling, investing, LIKE, project=project, kind="LIKE")
    with sqlite_database.write(TEST) as session:
        session.get_one(Project, project).owner_id = None
    assert len(said(telling, ada)) == 2, "what the talent may no longer see isn't told"


def test_deciders_learn_of_corrections_and_the_asker_of_decisions(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    with sqlite_database.write(TEST) as session:
        talent = Talent(name={"en": "Ada"}, fictional=True)
        programmes = [Programme(name={"en": each}) for each in ("Ours", "Theirs")]
        session.add_all([talent, *programmes])
        session.flush()
        series = EventSeries(name={"en": "Cup"}, programme_id=programmes[0].id)
        session.add(series)
        session.flush()
        edition = EventEdition(name={"en": "Final"}, series_id=series.id)
        session.add(edition)
    project = telling.project(owner=talent.id, edition_id=edition.id, status="PUBLISHED")
    owner = telling.account("ada", talent=talent.id)
    people = {name: telling.account(name) for name in ("olga", "ours", "theirs", "rita", "ivy")}
    kinds = ScopeKind.INSTALLATION, ScopeKind.PROGRAMME
    with sqlite_database.write(TEST) as session:
        for name, role, kind, scope in (
            ("olga", Role.ORGANISER, kinds[0], None), ("rita", Role.REVIEWER, kinds[0], None),
            ("ours", Role.ORGANISER, kinds[1], programmes[0].id),
            ("theirs", Role.ORGANISER, kinds[1], programmes[1].id),
        ):  # fmt: skip
            add_membership(session, session.get_one(Account, people[name]), role, kind, scope)
        add_membership(session, session.get_one(Account, owner), Role.ORGANISER, kinds[1], programmes[1].id)
        account = session.get_one(Account, people["ivy"])
        account.languages = ["zh"]
        add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
        ivy = actor_of(account, held_by(session, account.id))
        organiser = actor_of(session.get_one(Account, people["olga"]), held_by(session, people["olga"]))
    asked(telling, ivy, SUGGEST, subject=project, dry=True)
    assert telling.notifications() == []
    request = asked(telling, ivy, SUGGEST, subject=project)["requestCorrection"]["correctionRequest"]["id"]
    suggested = [("correction-requested", "Suggested correction to Lamp")]
    told = {name: said(telling, account) for name, account in (*people.items(), ("ada", owner))}
    assert told == {"olga": suggested, "ours": suggested, "theirs": [], "rita": [], "ivy": [], "ada": suggested}
    asked(telling, organiser, ACCEPT, id=request)
    assert said(telling, people["ivy"]) == [("correction-decided", "灯：更正申请已采纳")]
    assert said(telling, people["olga"]) == suggested, "whoever decides isn't told"
    request = asked(telling, organiser, SUGGEST.replace("https", "http"), subject=project)["requestCorrection"]
    asked(telling, organiser, DECLINE, id=request["correctionRequest"]["id"])
    assert [kind for kind, _ in said(telling, people["olga"])] == ["correction-requested"], "nobody is told of oneself"
    assert said(telling, owner) == suggested, "what is decided by now isn't told"


def test_turning_the_second_step_off_is_always_told(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()
    telling.decide(ada, "EMAIL", False, kind="second-step-removed")
    with sqlite_database.write(TEST) as session:
        session.add(SecondFactor(account_id=ada, secret="ABC", confirmed_at=now()))
        session.flush()
        remove(session, ada)
    assert said(telling, ada) == [("second-step-removed", "Two-step verification was turned off")]
    assert [each.channel for each in telling.messages()] == ["EMAIL"]


def test_a_person_without_any_role_is_told_too(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()
    with sqlite_database.read() as session:
        assert actor_of(session.get_one(Account, ada), held_by(session, ada)).role is Role.PUBLIC
    telling.tell(ada)
    assert said(telling, ada) == [("alpha-deadline", "Due: Entry")]
