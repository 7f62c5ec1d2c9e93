"""All settings of core."""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class FileSettings(BaseModel):
    """Documents: files and links that belong to records."""

    model_config = ConfigDict(extra="forbid")

    storage: str | None = Field(
        None,
        description="Where their bytes are: `s3://bucket/prefix`, with the usual `AWS_…` variables, or another address "
        "that obstore takes; by default the folder `documents` in the data directory.",
    )
    file_bytes: int = Field(50_000_000, gt=0, le=2_000_000_000, description="Bytes of one document.")
    record_bytes: PositiveInt = Field(500_000_000, description="Bytes of all documents of one record.")
    record_count: PositiveInt = Field(200, description="Documents of one record, archived ones included.")
    media_types: tuple[str, ...] = Field(
        (), description="Media types that are taken; by default PDF, office files, pictures and videos."
    )
    archived_days: PositiveInt = Field(30, description="Days after which archived documents are deleted.")


class AuditSettings(BaseModel):
    """How long entries of the audit log that only the audit reads stay in the database."""

    model_config = ConfigDict(extra="forbid")

    directory: Path | None = Field(
        None, description="Folder for archives of old entries; without one all stay in the database."
    )
    keep_days: int = Field(365, ge=30, description="Days after which `serve` moves entries to the archives.")


class NotificationSettings(BaseModel):
    """What people with accounts are told."""

    model_config = ConfigDict(extra="forbid")

    background: bool = Field(
        True, description="Whether `serve` sends what is due; if not, run `roadshow notifications send`."
    )
    every_seconds: PositiveFloat = Field(5.0, description="Seconds between checks for what is due, while serving.")
    daily_limit: PositiveInt = Field(
        20,
        description="Messages that one person gets by one channel within 24 hours; the rest waits, and comes bundled. "
        "Messages on the security of the account aren't limited.",
    )
    keep_days: PositiveInt = Field(90, description="Days for which notifications and their deliveries are kept.")
    private_addresses: bool = Field(
        False, description="Whether people's webhooks may go to this machine and to private networks."
    )
    plain_http: bool = Field(False, description="Whether people's webhooks may go to `http:` addresses, unencrypted.")
    webhook_timeout: PositiveFloat = Field(15.0, description="Seconds that a webhook's receiver may take in total.")
    when_uncertain: Literal["resend", "hold"] = Field(
        "resend",
        description="What to do with a message that may have arrived: `resend` it under the same id (at least once), "
        "or `hold` it (at most once).",
    )


class Settings(BaseSettings):
    """Core's settings, from the environment (`ROADSHOW_DATABASE_URL`, nested with `__`), else from `roadshow.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="ROADSHOW_", env_nested_delimiter="__", toml_file="roadshow.toml", extra="ignore"
    )

    database_url: str = Field(
        "sqlite:///var/roadshow.sqlite",
        description="SQLAlchemy URL: `sqlite:///path` or `postgresql+psycopg://user@host/name`.",
    )
    data_directory: Path = Field(Path("var"), description="Folder for files: saved snapshots, exports.")
    languages: tuple[str, ...] = Field(("en", "zh"), description="Languages to try, in order, if a query names none.")
    encoder: str = Field("default", description="Text encoder: `default`, a hub model's name, or a path.")
    calibrator: str = Field(
        "logistic", description="What fits scores to outcomes in `roadshow learn`: `logistic`, or a plugin's."
    )
    plugins: dict[str, dict[str, object]] = Field(
        default_factory=dict,
        description="By plugin: `enabled` (default true), `ignore_api_range` (default false), and its own settings.",
    )
    files: FileSettings = Field(default_factory=FileSettings, description="Documents of records, and their storage.")
    notifications: NotificationSettings = Field(
        default_factory=NotificationSettings, description="What people with accounts are told."
    )
    audit: AuditSettings = Field(default_factory=AuditSettings, description="Retention of the audit log.")
    correction_hours: PositiveInt = Field(72, description="Hours within which requests for corrections are due.")
    development: bool = Field(False, description="Development: introspection for everybody.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on.")
    workers: PositiveInt = Field(1, description="Worker processes.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


Read = TypeVar("Read", bound=Settings)


class SettingsError(ValueError):
    """A setting can't be used; the message says which, and what is allowed."""


def load_settings() -> Settings:
    """Load the settings now in force. Raises SettingsError naming the setting, its value and what is allowed."""
    return read_settings(Settings)


def read_settings(kind: type[Read]) -> Read:
    """Read settings of `kind` from the environment and the file. Raises SettingsError as `load_settings` does.

    A kind that forbids what it doesn't know refuses misspelt names too.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError as UnreadableError

    try:
        if kind.model_config.get("extra") == "forbid":
            _refuse_misspelt_variables(kind)
        return kind()
    except ValidationError as error:
        problems = "; ".join(_described(kind, problem) for problem in error.errors())
        raise SettingsError(f"A setting can't be used: {problems}") from error
    except UnreadableError as error:
        name = str(error).split('"')[1].upper()  # error parsing value for field "languages" from source …
        value = os.environ.get(f"ROADSHOW_{name}", "")
        raise SettingsError(
            f'ROADSHOW_{name} = {value!r} is not JSON; write a list as \'["a", "b"]\', a table as \'{{"a": {{…}}}}\''
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"roadshow.toml is not valid TOML: {error}") from error


def _described(kind: type[BaseModel], problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{where} = {problem['input']!r}: {problem['msg']}"
    for part in problem["loc"][:-1]:
        inner = kind.model_fields[part].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, BaseModel), "only models have settings below them"
        kind = inner
    close = difflib.get_close_matches(problem["loc"][-1], list(kind.model_fields), n=1)
    return f"{where}: there is no such setting{f'; did you mean {close[0]!r}?' if close else ''}"


def _refuse_misspelt_variables(kind: type[BaseSettings]) -> None:
    """Raises SettingsError for a variable that is nearly the name of a setting; others may be another program's."""
    prefix = str(kind.model_config.get("env_prefix"))
    for name in sorted(os.environ):
        if not name.startswith(prefix):
            continue
        setting = name.removeprefix(prefix).partition("__")[0].lower()
        if setting not in kind.model_fields and (
            close := difflib.get_close_matches(setting, list(kind.model_fields), n=1, cutoff=0.85)
        ):
            raise SettingsError(f"There is no setting {name}; did you mean {prefix}{close[0].upper()}?")
