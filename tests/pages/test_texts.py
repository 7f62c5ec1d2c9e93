"""Every text that a page names is there, in both languages; enums are as in the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import EnumTypeDefinitionNode, parse

from api.pages.views import NOT_PRELOADED, SCRIPTS, VIEWS

IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*"(\.[^"\n]+\.js)\"""")
STRING = r'(?:"(?:[^"\\]|\\.)*"|`[^`]*`)'
DEFINED = re.compile(rf"^  (\w+): \[\s*{STRING},\s*{STRING},?\s*\]", re.MULTILINE)
NAMED = re.compile(r'\bt\("(\w+)"')
SAVES = re.compile(r"saveButtons\(\{(.*?)^ *\}\)", re.DOTALL | re.MULTILINE)
"""The ways to save, each by the name of its text."""


def loaded(path: Path, found: set[Path]) -> set[Path]:
    """A module and all that it imports, now or later."""
    if path not in found:
        found.add(path)
        for name in IMPORTED.findall(path.read_text("utf-8")):
            loaded((path.parent / name).resolve(), found)
    return found


@pytest.mark.parametrize("module", sorted({view.module for view in VIEWS}))
def test_a_page_says_nothing_that_has_no_text(module: str) -> None:
    sources = [path.read_text("utf-8") for path in loaded((SCRIPTS / module).resolve(), set())]
    defined = {name for source in sources for name in DEFINED.findall(source)}
    named = {name for source in sources for name in NAMED.findall(source)}
    saves = [each for source in sources for each in SAVES.findall(source)]
    named |= {name for each in saves for name in re.findall(r"^ +(\w+): ", each, re.MULTILINE)}
    assert len(named) > 20
    missing = named - defined
    assert not missing


def test_modules_that_are_not_preloaded_are_there() -> None:
    assert sorted(name for name in NOT_PRELOADED if not (SCRIPTS / name).is_file()) == []


def schema_enums() -> dict[str, list[str]]:
    document = parse((Path(__file__).parents[2] / "schema.graphql").read_text("utf-8"))
    return {
        each.name.value: [value.name.value for value in each.values]
        for each in document.definitions
        if isinstance(each, EnumTypeDefinitionNode)
    }


@pytest.mark.parametrize(
    ("module", "words", "enum"),
    [
        ("frame/words.js", "fundingStages", "FundingStage"),
        ("frame/words.js", "technologyLevels", "TechnologyLevel"),
        ("frame/words.js", "projectKinds", "ProjectKind"),
        ("frame/words.js", "passReasons", "PassReason"),
        ("project/documents.js", "documentKinds", "DocumentKind"),
        ("project/documents.js", "visibilities", "Visibility"),
        ("place/texts.js", "talkStages", "MatchStage"),
    ],
)
def test_words_of_an_enum_that_forms_offer_are_whole_and_in_its_order(module: str, words: str, enum: str) -> None:
    found = re.search(
        rf"^const {words} = {{\n(.*?)^}};", (SCRIPTS / module).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    assert DEFINED.findall(found[1]) == schema_enums()[enum]


def test_each_list_copied_from_the_schema_is_whole_and_there_once() -> None:
    """A form's list with words of its own, such as the days of digests."""
    enums = schema_enums()
    lists = [
        re.findall(r'"(\w+)"', values)
        for path in sorted(SCRIPTS.rglob("*.js"))
        for values in re.findall(r"^const \w+ = \[([^\[\]]*)\];", path.read_text("utf-8"), re.MULTILINE)
    ]
    # Values that belong together in some enum; codes of currencies and names of parameters do not.
    copied = [each for each in lists if any(set(each) <= set(values) for values in enums.values()) and len(each) > 1]
    assert len(copied) >= 3
    assert [each for each in copied if each not in enums.values()] == []
    assert len({tuple(each) for each in copied}) == len(copied)
