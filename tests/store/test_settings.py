"""Settings: from the environment before the file, and a mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.operations.settings import load_server_settings
from store.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "PORT", "WORKERS", "ENCODER"):
        monkeypatch.delenv(f"ROADSHOW_{name}", raising=False)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.database_url.startswith("sqlite:///")
    assert settings.languages == ("en", "zh")


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("roadshow.toml").write_text("port = 9000\nworkers = 3\n[plugins.garden]\nenabled = false\n")
    monkeypatch.setenv("ROADSHOW_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.workers) == (9001, 3)
    assert settings.plugins == {"garden": {"enabled": False}}


def test_the_settings_in_force_follow_the_environment_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().encoder == "default"
    Path("roadshow.toml").write_text('encoder = "from the file"\n')
    assert load_settings().encoder == "from the file"
    for name in ("ROADSHOW_ENCODER", "ROADSHOW_LANGUAGES"):
        monkeypatch.setenv(name, '["zh"]')
    assert (load_settings().encoder, load_settings().languages) == ('["zh"]', ("zh",))
    assert load_server_settings().languages == ("zh",)


def test_a_setting_that_can_not_be_used_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_PORT", "eighty")
    with pytest.raises(SettingsError, match=r"port = 'eighty'.*integer"):
        load_settings()


@pytest.mark.parametrize(
    ("file", "variable", "said"),
    [
        ("workrs = 3", "", r"workrs: there is no such setting; did you mean 'workers'\?"),
        ("[limits]\ndept = 3", "", r"limits\.dept: there is no such setting; did you mean 'depth'\?"),
        ("", "ROADSHOW_WORKRS", "There is no setting ROADSHOW_WORKRS; did you mean ROADSHOW_WORKERS"),
        ("", "ROADSHOW_LIMITS__DEPT", r"limits\.dept: there is no such setting; did you mean 'depth'\?"),
        ("", "ROADSHOW_LIMTS__DEPTH", "did you mean ROADSHOW_LIMITS"),
    ],
)
def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch, file: str, variable: str, said: str) -> None:
    Path("roadshow.toml").write_text(file)
    if variable:
        monkeypatch.setenv(variable, "3")
    with pytest.raises(SettingsError, match=said):
        load_server_settings()


def test_variables_of_other_programs_are_none_of_its_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_EVALUATION_DATA", "/data")
    Path("roadshow.toml").write_text("[limits]\ndepth = 9\n[plugins.garden]\nlines = 3\n")
    assert load_server_settings().limits.depth == 9
    assert load_settings().plugins == {"garden": {"lines": 3}}


def test_a_file_that_is_not_toml_is_named() -> None:
    for content in (b"port = = 1", b"\xff\xfe"):
        Path("roadshow.toml").write_bytes(content)
        with pytest.raises(SettingsError, match=r"roadshow\.toml is not valid TOML"):
            load_settings()


def test_a_list_or_table_that_is_not_json_is_named_with_how_to_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LANGUAGES", "en"), ("PLUGINS", "{garden}")):
        monkeypatch.setenv(f"ROADSHOW_{name}", value)
        with pytest.raises(SettingsError, match=f"ROADSHOW_{name} = '.?{value[1:-1]}.*is not JSON; write"):
            load_settings()
        monkeypatch.delenv(f"ROADSHOW_{name}")


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
