"""A plugin's author sees the real types of the plugin API: `mypy --strict` on a plugin, with Roadshow installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plugins.environments import Environment

pytestmark = pytest.mark.slow

PLUGIN = """\
from collections.abc import Iterable

import roadshow
from roadshow import Field, Manifest, Money, Page, PageContext, Role, hookimpl

manifest = Manifest(name="example", version="1.0", api=">=1.0,<2")


def render(context: PageContext) -> str:
    return "<p>Hello</p>"


@hookimpl
def register_pages(settings: object) -> Iterable[Page]:
    yield Page(path="/hello", title={"en": "Hello"}, render=render)


Page(path=1, title={"en": "Hello"}, render=render)  # arg-type
Page(path="/hello", title={"en": "Hello"}, render=len)  # arg-type
Page(path="/hello", titel={"en": "Hello"}, render=render)  # call-arg
Field(on="Project", name="x", type="Int", resolve=lambda context, rows: [1], description=None)  # arg-type
Money("1", 2)  # arg-type
Role.NOBODY  # attr-defined
roadshow.Nothing  # attr-defined
number: int = roadshow.API_VERSION  # assignment
"""


@pytest.mark.nightly
def test_a_wrong_argument_is_an_error_and_a_right_one_is_none(environment: Environment, tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(PLUGIN)
    python = str(environment.scripts / "python")
    checked = environment.run(
        python, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", str(tmp_path / "cache"),
        "--no-error-summary", "--hide-error-context", str(file), check=False, patience=600,
    )  # fmt: skip
    said = re.findall(r"example\.py:(\d+): error: .*\[([a-z-]+)\]", checked.stdout)
    expected = [
        (str(number), line.rpartition("# ")[2]) for number, line in enumerate(PLUGIN.splitlines(), 1) if "  # " in line
    ]
    assert {(line, code) for line, code in said} == set(expected), checked.stdout + checked.stderr
