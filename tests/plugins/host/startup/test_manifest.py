"""A manifest says what a plugin needs, and is refused where it can't be read."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from tests.plugins.support import manifest


@pytest.mark.parametrize("name", ["Kunshan", "x", "2024", "two words", "a-b", "core", "host", "a" * 41])
def test_a_name_that_cannot_serve_as_key_branch_and_namespace_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=name[:40]):
        manifest(name)


@pytest.mark.parametrize("given", ["", "one", "1.0", "=>1"])
def test_a_range_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="range"):
        manifest("alpha", api=given)


@pytest.mark.parametrize(
    ("given", "version", "works"),
    [(">=1.0,<2", "1.0", True), (">=1.0,<2", "1.9", True), (">=1.0,<2", "2.0", False), (">=1.1", "1.0", False)],
)
def test_the_range_decides(given: str, version: str, works: bool) -> None:
    assert manifest("alpha", api=given).works_with(version) is works


def test_a_version_is_pep_440() -> None:
    assert manifest("alpha", version="1.0.0").version == "1.0.0"
    with pytest.raises(ValidationError, match="'newest' is no version"):
        manifest("alpha", version="newest")


@pytest.mark.parametrize("where", ["before", "after", "requires"])
def test_a_plugin_cannot_come_before_after_or_need_itself(where: str) -> None:
    with pytest.raises(ValidationError, match="names itself"):
        manifest("alpha", **{where: ("alpha",)})


def test_a_requirement_may_carry_a_version_and_nothing_else_that_is_odd() -> None:
    requirement = manifest("alpha", requires=("beta>=1.2",)).requirements()[0]
    assert (requirement.name, str(requirement.specifier)) == ("beta", ">=1.2")
    with pytest.raises(ValidationError, match="can't be required"):
        manifest("alpha", requires=("beta >> 2",))


def test_settings_may_not_take_the_names_that_every_plugin_has() -> None:
    class Mine(BaseModel):
        enabled: bool = True

    with pytest.raises(ValidationError, match="enabled"):
        manifest("alpha", settings=Mine)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="depends"):
        manifest("alpha", depends=("beta",))
