"""A fresh environment in which the stranger's plugin and the bad ones are installed as packages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from filelock import FileLock

from tests.plugins.environments import Environment, install, make_environment

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def with_plugins(shared_directory: Path) -> Environment:
    """The environment, made by the first process of the run that asks. Which plugins run is a matter of settings."""
    folder = shared_directory / "plugins" / "environment"
    with FileLock(shared_directory / "plugins.lock"):
        finished = folder.with_name("finished")
        if finished.exists():
            return Environment(folder, folder.with_name("environment-work"))
        made = make_environment(folder)
        install(made, HERE / "stranger", *sorted(path for path in (HERE / "bad").iterdir() if path.is_dir()))
        finished.touch()
    return made


@pytest.fixture
def environment(with_plugins: Environment, tmp_path: Path) -> Environment:
    """The same environment, with a working directory and a database of the test's own."""
    return in_directory(with_plugins, tmp_path)


def in_directory(environment: Environment, folder: Path) -> Environment:
    """The environment, with a database in `folder`."""
    variables = {"ROADSHOW_DATABASE_URL": f"sqlite:///{folder / 'roadshow.sqlite'}"}
    return dataclasses.replace(environment, work=folder, variables=variables)
