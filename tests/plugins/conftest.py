"""A fresh environment in which the stranger's plugin and the bad ones are installed as packages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.plugins.environments import Environment, install, make_environment

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def with_plugins(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The environment, made once. Which plugins run is a matter of settings."""
    made = make_environment(tmp_path_factory.mktemp("plugins") / "environment")
    install(made, HERE / "stranger", *sorted(path for path in (HERE / "bad").iterdir() if path.is_dir()))
    return made


@pytest.fixture
def environment(with_plugins: Environment, tmp_path: Path) -> Environment:
    """The same environment, with a working directory and a database of the test's own."""
    return in_directory(with_plugins, tmp_path)


def in_directory(environment: Environment, folder: Path) -> Environment:
    """The environment, with a database in `folder`."""
    variables = {"ROADSHOW_DATABASE_URL": f"sqlite:///{folder / 'roadshow.sqlite'}"}
    return dataclasses.replace(environment, work=folder, variables=variables)
