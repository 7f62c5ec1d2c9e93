"""`roadshow accounts`: the first administrator, links, the list."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from api.accounts.demo import demo_links
from api.cli.accounts import app
from api.cli.accounts import audit as audit_command
from api.operations.problems import CommandError
from store.access.accounts import AccountError, held_by
from store.access.actors import Actor
from store.accounts.invitations import accept
from store.accounts.second_factors import begin
from store.accounts.signing_in import actor_in, session_of, sign_in
from store.database import Database
from store.enums import PlaceType, Role
from store.models import (
    Account,
    IndustryPriority,
    Investor,
    Membership,
    Place,
    Programme,
    Project,
    SecondFactor,
    Talent,
)

pytestmark = pytest.mark.nightly_on_postgresql

ACTOR = Actor.system("test")


@pytest.fixture(autouse=True)
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", database_url)
    monkeypatch.setenv("ROADSHOW_PUBLIC_URL", "https://roadshow.example.org/")


def roadshow(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def entered(database: Database, token: str) -> Actor | None:
    with database.write(ACTOR) as session:
        found = sign_in(session, token)
        opened = session_of(session, found[1]) if found else None
        return actor_in(session, opened) if opened else None


def test_the_first_administrator_signs_in_by_a_printed_link(database: Database) -> None:
    for _ in range(2):  # an account that is there gets another link
        result = roadshow("create-admin", "Ada@example.org", "--name", "Ada Example")
        assert result.exit_code == 0, result.output
        address, _, token = result.stdout.strip().partition("?token=")
        assert address == "https://roadshow.example.org/sign-in/confirm"
        actor = entered(database, token)
        assert actor is not None
        assert (actor.role, actor.name, len(actor.memberships)) == (Role.ADMIN, "Ada Example", 1)
    linked = roadshow("link", "ada@example.org").stdout.strip()
    assert entered(database, linked.partition("?token=")[2]) is not None
    listed = roadshow("list").stdout
    assert "ada@example.org" in listed
    assert "admin of the installation" in listed


def test_an_invalid_address_or_one_without_an_account_is_named() -> None:
    assert isinstance(roadshow("create-admin", "ada").exception, AccountError)
    unknown = roadshow("link", "nobody@example.org").exception
    assert isinstance(unknown, CommandError)
    assert "roadshow accounts list" in str(unknown)


def test_each_role_of_the_demo_data_gets_a_link(database: Database) -> None:
    with database.write(ACTOR) as session:
        city, ada = Place(name={"en": "C"}, type=PlaceType.PREFECTURE_CITY), Talent(name={"en": "Ada"})
        fund = Investor(name={"en": "F"}, thesis={"en": "Optics"})
        session.add_all([city, ada, fund, Programme(name={"en": "Week"})])
        session.flush()
        session.add_all([IndustryPriority(place_id=city.id, name={"en": "Health"}), Project(owner_id=ada.id)])
    for _ in range(2):  # the second time the accounts are there
        found = {label: entered(database, token) for label, token in demo_links(database).items()}
        assert {label: actor and (actor.role, actor.subject_id) for label, actor in found.items()} == {
            "organiser": (Role.ORGANISER, None),
            "reviewer": (Role.REVIEWER, None),
            "organiser of a programme": (Role.SCOPED_ORGANISER, found["organiser of a programme"].account_id),  # type: ignore[union-attr]
            "planner": (Role.PLANNER, city.id),
            "investor": (Role.INVESTOR, fund.id),
            "founder": (Role.TALENT, ada.id),
        }


def test_the_audit_log_is_shown_and_exported(database: Database) -> None:
    roadshow("create-admin", "ada@example.org")
    audit = typer.Typer()
    audit.command()(audit_command)
    shown = CliRunner().invoke(audit, ["--kind", "account"]).stdout
    assert shown.count("\n") == 1
    assert "create\taccount\tacc_" in shown
    lines = CliRunner().invoke(audit, ["--json", "--limit", "2"]).stdout.splitlines()
    assert [json.loads(line)["entity_type"] for line in lines] == ["membership", "account"]
    assert CliRunner().invoke(audit, ["--since", "2100-01-01"]).stdout == ""


def test_personal_data_is_exported_and_erased(database: Database) -> None:
    roadshow("create-admin", "ada@example.org", "--name", "Ada Example")
    held = json.loads(roadshow("export", "ada@example.org").stdout)
    assert held["account"][0]["name"] == "Ada Example"
    assert [each["role"] for each in held["membership"]] == ["ADMIN"]
    kept = CliRunner().invoke(app, ["erase", "ada@example.org"], input="n\n")
    assert kept.exit_code == 1
    erased = CliRunner().invoke(app, ["erase", "ada@example.org"], input="y\n")
    assert erased.exit_code == 0, erased.output
    assert "Erased acc_" in erased.stdout
    assert isinstance(roadshow("export", "ada@example.org").exception, CommandError)
    assert "ada@example.org" not in roadshow("list").stdout


def test_everybody_in_a_spreadsheet_is_invited(database: Database, tmp_path: Path) -> None:
    with database.write(ACTOR) as session:
        week = Programme(name={"en": "Week"})
        session.add(week)
    file = tmp_path / "reviewers.csv"
    file.write_text(
        "姓名,邮箱,语言,单位\n王伟,Wang@example.org,中文,某机构\nAda,ada@example.org,,\nAda,ADA@example.org,en,\n",
        "utf-8",
    )
    result = roadshow("invite", str(file), "--role", "reviewer", "--scope", week.id, "--until", "2100-01-01")
    assert result.exit_code == 0, result.output
    links = dict(line.split("\t") for line in result.stdout.splitlines())
    assert list(links) == ["wang@example.org", "ada@example.org"], "each address once"
    with database.write(ACTOR) as session:
        accepted = accept(session, links["wang@example.org"].partition("?token=")[2])
        assert accepted is not None
        assert (accepted.account.name, accepted.account.languages) == ("王伟", ["zh"])
        (held,) = held_by(session, accepted.account.id)
        assert (held.role, held.scope_id) == (Role.REVIEWER, week.id)
        assert session.get_one(Membership, held.id).ends_at == datetime(2100, 1, 1, tzinfo=UTC)


def test_a_second_factor_is_reset(database: Database) -> None:
    roadshow("create-admin", "ada@example.org")
    assert "has no second factor" in str(roadshow("reset-second-factor", "ada@example.org").exception)
    with database.write(ACTOR) as session:
        account = session.query(Account).one()
        begin(session, account)
    assert "ended all sessions" in roadshow("reset-second-factor", "ada@example.org").stdout
    with database.read() as session:
        assert session.query(SecondFactor).all() == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name\nAda\n", "no column with e-mail addresses"),
        ("email,language\na@example.org,en\nnobody,\nb@example.org,fr\n", "row 3: .*“nobody”.*\nrow 4: .*“fr”"),
        ("email,name\n,Ada\n", "row 2: .*“Ada” has no e-mail address"),
        ("email\n", "contains nobody|no rows|empty"),
    ],
)
def test_a_spreadsheet_with_a_bad_row_invites_nobody(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, message: str
) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_url)
    file = tmp_path / "reviewers.csv"
    file.write_text(content, "utf-8")
    problem = roadshow("invite", str(file), "--role", "reviewer").exception
    assert isinstance(problem, CommandError)
    assert re.search(message, str(problem)), str(problem)


@pytest.mark.parametrize(
    ("given", "message"),
    [(["--role", "king"], "hold 'king'"), (["--role", "admin", "--scope", "x"], "--scope: 'x'")],
)
def test_an_unknown_role_or_scope_is_named(tmp_path: Path, given: list[str], message: str) -> None:
    file = tmp_path / "reviewers.csv"
    file.write_text("email\na@example.org\n", "utf-8")
    assert message in str(roadshow("invite", str(file), *given).exception)
