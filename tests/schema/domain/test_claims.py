"""What one side says of another: unconfirmed until that one or an organiser confirms it; and who drafts alone name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import OrganisationType, ProjectStatus, Role
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

Ask = Callable[..., dict[str, Any]]

TEAM = """mutation ($project: ID!, $members: [TeamMemberInput!]!) {
  setTeam(project: $project, members: $members) {
    project { team { id talent { id } confirmed } } userErrors { code }
  }
}"""
INVEST = """mutation ($input: InvestmentInput!) {
  createInvestment(input: $input) { investment { id confirmed } userErrors { code } }
}"""
UPDATE = """mutation ($id: ID!, $input: InvestmentInput!) {
  updateInvestment(id: $id, input: $input) { investment { confirmed } userErrors { code } }
}"""
MEMBER = """mutation ($id: ID!) {
  confirmTeamMember(member: $id) { teamMember { confirmed } userErrors { code } }
}"""
INVESTMENT = """mutation ($id: ID!) {
  confirmInvestment(investment: $id) { investment { confirmed } userErrors { code } }
}"""


def codes(payload: dict[str, Any]) -> list[str]:
    return [each["code"] for each in payload["userErrors"]]


def test_a_talent_put_into_a_team_by_another_is_unconfirmed_until_it_confirms(ask: Ask, samples: SampleRecords) -> None:
    members = [{"talent": samples["owner"]}, {"talent": samples["other_talent"]}]
    given = {"project": samples["lidar"], "members": members}
    team = ask(TEAM, given, samples.as_(Role.TALENT))["setTeam"]["project"]["team"]
    found = {each["talent"]["id"]: each for each in team}
    assert found[samples["owner"]]["confirmed"] is True, "of oneself one may say it"
    claim = found[samples["other_talent"]]
    assert claim["confirmed"] is False
    assert codes(ask(MEMBER, {"id": claim["id"]}, samples.as_(Role.TALENT))["confirmTeamMember"]) == ["FORBIDDEN"]
    named = Actor(Role.TALENT, id="key of the named", subject_id=samples["other_talent"])
    assert ask(MEMBER, {"id": claim["id"]}, named)["confirmTeamMember"]["teamMember"] == {"confirmed": True}
    again = ask(TEAM, given, samples.as_(Role.TALENT))["setTeam"]["project"]["team"]
    assert all(each["confirmed"] for each in again), "writing the team anew forgets no confirmation"


def test_an_organisers_team_is_confirmed(ask: Ask, samples: SampleRecords) -> None:
    given = {"project": samples["lidar"], "members": [{"talent": samples["other_talent"]}]}
    (member,) = ask(TEAM, given, samples.as_(Role.ORGANISER))["setTeam"]["project"]["team"]
    assert member["confirmed"] is True


def test_an_investment_in_a_strangers_project_is_unconfirmed_until_its_owner_confirms(
    ask: Ask, samples: SampleRecords
) -> None:
    investor, owner = samples.as_(Role.INVESTOR), samples.as_(Role.TALENT)
    claim = ask(INVEST, {"input": {"project": samples["lidar"]}}, investor)["createInvestment"]["investment"]
    assert claim["confirmed"] is False
    assert codes(ask(INVESTMENT, {"id": claim["id"]}, investor)["confirmInvestment"]) == ["FORBIDDEN"]
    assert codes(ask(INVESTMENT, {"id": samples["investment"]}, owner)["confirmInvestment"]) == ["FORBIDDEN"]
    assert ask(INVESTMENT, {"id": claim["id"]}, owner)["confirmInvestment"]["investment"] == {"confirmed": True}
    changed = ask(UPDATE, {"id": claim["id"], "input": {"lead": True}}, investor)["updateInvestment"]
    assert changed["investment"] == {"confirmed": False}, "what was confirmed was another statement"


def test_an_investment_may_name_no_investor(ask: Ask, samples: SampleRecords) -> None:
    given = {"project": samples["lidar"], "stage": "ANGEL", "invested": "2024",
             "amount": {"amount": "10000000", "currency": "CNY"}}  # fmt: skip
    made = ask(INVEST, {"input": given}, samples.as_(Role.ORGANISER))["createInvestment"]["investment"]
    assert made["confirmed"] is True
    query = """{ investments(filter: {disclosed: false}) {
        nodes { id investor { id } stage amount { amount } invested { text } } } }"""
    assert ask(query)["investments"]["nodes"] == [{
        "id": made["id"], "investor": None, "stage": "ANGEL", "amount": {"amount": "10000000"},
        "invested": {"text": "2024"},
    }]  # fmt: skip
    assert made["id"] not in str(ask("{ investments(filter: {disclosed: true}) { nodes { id } } }"))
    investor = samples.as_(Role.INVESTOR)
    hidden = {"id": samples["investment"], "input": {"investor": None}}
    assert codes(ask(UPDATE, hidden, investor)["updateInvestment"]) == ["FORBIDDEN"], "nobody hides behind it"
    own = ask(INVEST, {"input": given}, investor)["createInvestment"]["investment"]
    assert own["id"] not in str(ask(query)), "an investor's is its own"


@pytest.mark.parametrize("status", [ProjectStatus.DRAFT, ProjectStatus.PUBLISHED])
def test_whom_a_draft_alone_names_is_not_public(
    ask: Ask, samples: SampleRecords, database: Database, status: ProjectStatus
) -> None:
    with database.write(Actor.system("test")) as session:
        named = [
            models.Organisation(name={"en": "Quiet Works"}, type=OrganisationType.ENTERPRISE, fictional=True),
            models.Talent(name={"en": "Cleo Example"}, fictional=True),
            models.Talent(name={"en": "Dan Example"}, fictional=True),
        ]
        session.add_all(named)
        session.flush()
        organisation, founder, member = (each.id for each in named)
        project = models.Project(
            name={"en": "Quiet"}, status=status, organisation_id=organisation, owner_id=founder, fictional=True
        )
        session.add(project)
        session.flush()
        session.add(models.TeamMember(project_id=project.id, talent_id=member))
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [organisation, founder, member]

    def seen(actor: Actor) -> list[str]:
        return [each["id"] for each in ask(query, {"ids": ids}, actor)["nodes"] if each]

    public = ids if status is ProjectStatus.PUBLISHED else []
    assert seen(Actor.public()) == public
    assert seen(samples.as_(Role.INVESTOR)) == public
    assert seen(samples.as_(Role.ORGANISER)) == ids
    assert seen(Actor(Role.TALENT, id="key", subject_id=founder)) == ids, "one's own draft names them to oneself"
    found = ask('{ organisations(filter: {search: "quiet works"}) { totalCount } }', None, Actor.public())
    assert found["organisations"]["totalCount"] == len(public[:1])


def test_whom_a_public_record_names_beside_a_draft_stays_public(
    ask: Ask, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("test")) as session:
        session.add(
            models.Project(name={"en": "Another"}, status=ProjectStatus.DRAFT, organisation_id=samples["organisation"])
        )
    query = "query ($id: ID!) { organisation(id: $id) { id } }"
    assert ask(query, {"id": samples["organisation"]}, Actor.public())["organisation"] == {
        "id": samples["organisation"]
    }
