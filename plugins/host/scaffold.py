"""`roadshow plugins new`: a plugin in its own folder, which runs and passes its test as it is written."""

from __future__ import annotations

import keyword
from pathlib import Path
from string import Template

from packaging.version import Version
from pydantic import ValidationError

from plugins.host.errors import PluginError
from plugins.host.manifest import Manifest
from plugins.host.startup.discovery import installed


class ScaffoldError(PluginError):
    """The plugin can't be written; the text says why."""


def write_plugin(name: str, directory: Path, api_version: str) -> Path:
    """Write a plugin's folder into `directory` and return it.

    Raises
    ------
    ScaffoldError: the name can't be used or is taken, or the folder is already there.
    """
    major = Version(api_version).major
    api = f">={api_version},<{major + 1}"
    try:
        Manifest(name=name, version="0.1.0", api=api)
    except ValidationError as error:
        raise ScaffoldError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    if taken := next((each for each in installed() if each.name == name), None):
        raise ScaffoldError(f"a plugin '{name}' is installed here already ({taken.source}): choose another name")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise ScaffoldError(f"'{name}' is a word of Python, which no file can be named by: choose another name")
    folder = directory / f"roadshow-{name.replace('_', '-')}"
    if folder.exists():
        raise ScaffoldError(f"{folder} is already there: choose another name or directory")
    words = name.split("_")
    values = {
        "name": name,
        "package": f"roadshow_{name}",
        "distribution": folder.name,
        "api": api,
        "field": words[0] + "".join(word.capitalize() for word in words[1:]),
        "title": " ".join(words).capitalize(),
        "variable": f"ROADSHOW_PLUGINS__{name.upper()}__GREETING",
    }
    for path, text in FILES.items():
        file = folder / Template(path).substitute(values)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(text).substitute(values), encoding="utf-8")
    return folder


PYPROJECT = """\
[build-system]
requires = ["setuptools>=75"]
build-backend = "setuptools.build_meta"

[project]
name = "$distribution"
version = "0.1.0"
description = "$title, a plugin of Roadshow"
requires-python = ">=3.11"
dependencies = ["roadshow"]

[project.entry-points."roadshow.plugins"]
$name = "$package"

[tool.setuptools]
packages = ["$package"]

[tool.setuptools.package-data]
"*" = ["py.typed", "*.yaml", "*.html", "*.css"]
"""

README = """\
# $title

A plugin of Roadshow. It adds the field `$field` to projects.

```bash
pip install -e .
python -m pytest
roadshow plugins info $name
```

Its setting is `plugins.$name.greeting` in `roadshow.toml`, or `$variable` in the environment.
"""

MODULE = '''\
"""$title: adds the field `$field` to projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel
from pydantic import Field as Setting

from roadshow import Context, Field, Manifest, hookimpl


class Settings(BaseModel):
    greeting: str = Setting("Hello", description="The word before each project's id.")


manifest = Manifest(
    name="$name",
    version="0.1.0",
    api="$api",
    description="$title.",
    settings=Settings,
)


@hookimpl
def register_fields(settings: Settings) -> Iterable[Field]:
    def resolve(parents: Sequence[Any], context: Context) -> list[str]:
        return [f"{settings.greeting} {project.id}" for project in parents]

    yield Field(
        on="Project",
        name="$field",
        type="String!",
        description="A greeting, until there is something better to say.",
        resolve=resolve,
    )
'''

TEST = '''\
"""Whether the plugin loads, and its field answers."""

import $package
from roadshow.testing import load


def test_it_loads_with_its_field() -> None:
    host = load($package)
    assert host.state("$name").state == "ACTIVE", host.state("$name").reason
    assert [entry.name for entry in host.contributions.fields] == ["Project.$field"]


def test_the_field_answers_for_all_projects_at_once() -> None:
    class Project:
        id = "prj_1"

    host = load($package, settings={"greeting": "Welcome"})
    field = host.contributions.fields[0]
    assert host.resolve(field, [Project, Project], None, {}) == ["Welcome prj_1", "Welcome prj_1"]
'''

FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    "$package/__init__.py": MODULE,
    "$package/py.typed": "",
    "tests/test_$name.py": TEST,
}
