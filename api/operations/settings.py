"""The server's settings, beside the store's."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from store.settings import Settings, read_settings

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable of the directory shared by worker processes; `prometheus_client` reads it on import."""


class Limits(BaseModel):
    """Limits of one request; each is checked in time linear in the request's size."""

    model_config = ConfigDict(extra="forbid")

    body_bytes: PositiveInt = Field(1_000_000, description="Bytes of a request's body.")
    document_characters: PositiveInt = Field(15_000, description="Characters of an operation's text.")
    tokens: PositiveInt = Field(1_000, description="Tokens of an operation, counted while lexing.")
    depth: PositiveInt = Field(12, description="Nesting of fields; introspection has twice as much.")
    aliases: NonNegativeInt = Field(30, description="Aliased fields, `__typename` included.")
    root_fields: PositiveInt = Field(20, description="Fields at the root of an operation.")
    directives: NonNegativeInt = Field(50, description="Directives in a document.")
    selections: PositiveInt = Field(
        5_000, description="Fields with all fragments expanded (counted without expanding them)."
    )
    json_nesting: PositiveInt = Field(64, description="Nesting of the request's JSON.")
    errors: PositiveInt = Field(10, description="Errors reported for one invalid document.")
    seconds: PositiveFloat = Field(
        10.0, description="Seconds for one operation; its statement is cancelled afterwards."
    )
    subscriptions: PositiveInt = Field(100, description="Subscriptions on one socket.")
    cost: PositiveInt = Field(
        30_000,
        description="Points that one operation may cost; one is the cost of a row, about 6 microseconds of processor "
        "time.",
    )
    rate_points: NonNegativeInt = Field(
        3_000_000,
        description="Points that one API key or keyless address may spend within `rate_seconds`; 0: unlimited.",
    )
    heavy_operations: PositiveInt = Field(
        1,
        description="Heavy operations (over 1 ms of processor time) that one API key, or one address without a key, "
        "runs at once in a worker; others wait. While other callers ask, they run for a third of the time at most.",
    )
    rate_seconds: PositiveFloat = Field(60.0, description="Seconds in which spent points are restored.")


class BackupSettings(BaseModel):
    """Backups that the server makes by itself."""

    directory: Path | None = Field(
        None, description="Where `roadshow serve` writes backups; none are made where this isn't set."
    )
    every_hours: PositiveFloat = Field(24.0, description="Time from one backup to the next.")
    keep: PositiveInt = Field(14, description="Backups kept; older ones are deleted once a newer one was verified.")
    recipients: tuple[str, ...] = Field(
        (), description="Public keys of age (`age1…`) that backups are encrypted for; not encrypted without any."
    )


class JobSettings(BaseModel):
    """Jobs: work that takes longer than a request."""

    model_config = ConfigDict(extra="forbid")

    own_worker: bool = Field(
        True, description="Whether `serve` runs jobs, in a process of its own; if false, run `roadshow work`."
    )
    threads: PositiveInt = Field(2, description="Jobs that one worker runs at once.")
    lease_seconds: PositiveFloat = Field(
        60.0, description="Seconds after which another worker takes over the jobs of one that has stopped."
    )
    retry_seconds: PositiveFloat = Field(
        10.0,
        description="Seconds before a failed job is tried again; the wait doubles with each attempt, up to 1 hour.",
    )
    stop_seconds: PositiveFloat = Field(
        10.0, description="Seconds for jobs in progress to notice that their worker stops; they are begun again later."
    )
    file_hours: PositiveFloat = Field(24.0, description="Hours for which a job's file can be downloaded.")
    upload_bytes: PositiveInt = Field(100_000_000, description="Bytes of a file that is uploaded for an import.")
    keep_days: PositiveInt = Field(30, description="Days after which ended jobs are forgotten.")


class IdentityProvider(BaseModel):
    """A provider of OpenID Connect by which people sign in."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(description="What people know it as, on the button that leads there.", max_length=80)
    issuer: str = Field(
        description="Its address, such as `https://login.example.edu`; below it lies "
        "`/.well-known/openid-configuration`.",
        max_length=300,
    )
    client_id: str = Field(description="The id under which this server is registered there.")
    client_secret: SecretStr | None = Field(None, description="The secret that goes with the id, if there is one.")
    email_domains: tuple[str, ...] = Field(
        (),
        description="Domains whose verified addresses it may link to accounts by itself, such as `example.edu`. "
        "For others, people link their account themselves.",
    )

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        near = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not (parts.scheme == "https" or (parts.scheme == "http" and near)) or not parts.hostname or parts.query:
            raise ValueError("write an address such as https://login.example.edu; http is allowed on this machine only")
        return value

    @field_validator("email_domains")
    @classmethod
    def _domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if "@" in each or "." not in each.strip("."):
                raise ValueError(f"{each!r} isn't a domain; write one such as example.edu")
        return tuple(each.lower() for each in value)


class ServerSettings(Settings):
    """All settings: the store's and the server's. Nested ones are set as `ROADSHOW_LIMITS__DEPTH=15`."""

    model_config = SettingsConfigDict(extra="forbid")

    limits: Limits = Field(default_factory=Limits, description="What one request may ask for.")
    backup: BackupSettings = Field(default_factory=BackupSettings, description="Backups that `serve` makes.")
    jobs: JobSettings = Field(default_factory=JobSettings, description="Work that takes longer than a request.")
    executor: Literal["planned", "reference"] = Field(
        "planned",
        description="How queries are answered: `planned` compiles each to SQL once and leaves the rest to "
        "the `reference` executor, with the same answers.",
    )
    threads: PositiveInt = Field(8, description="Operations executed at once in one worker process.")
    write_threads: PositiveInt = Field(4, description="Mutations executed at once in one worker process, beside reads.")
    queue: NonNegativeInt = Field(
        512, description="Operations that may wait for a thread before the server answers 503."
    )
    documents: PositiveInt = Field(1_000, description="Parsed and validated operations kept in memory.")
    trusted_documents: Path | None = Field(
        None,
        description="A JSON file from id or sha256 to operation. If set, only these operations run.",
    )
    cors_origins: tuple[str, ...] = Field(
        (), description="Origins whose pages may call the API from a browser; `*` for all."
    )
    proxies: tuple[str, ...] = Field(
        (),
        description="Addresses or networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, "
        "such as `127.0.0.1` or `10.0.0.0/8`; by default nobody's.",
    )
    public_url: str | None = Field(
        None, description="Where people reach this server, such as `https://roadshow.example.org`: links in mail."
    )
    mail_server: str | None = Field(
        None,
        description="The server that takes mail: `smtp://host:587` (encrypted by STARTTLS), `smtps://host:465` (by TLS "
        "from the start) or `smtp+plain://host:25` (not encrypted). Without one no mail is sent; in development "
        "links are printed in the log.",
    )
    mail_user: str | None = Field(None, description="Name to sign in at the mail server with, if it asks for one.")
    mail_password: SecretStr | None = Field(None, description="Password for the mail server.")
    mail_sender: str = Field("Roadshow <roadshow@localhost>", description="Sender of mail.")
    privacy_notice: str | None = Field(
        None, description="Address of the privacy notice; who signs in agrees to it, and that is recorded."
    )
    privacy_notice_version: str = Field(
        "1", max_length=64, description="Version of the privacy notice; a new one is agreed to at the next sign-in."
    )
    second_factor: Literal["optional", "organisers"] = Field(
        "optional",
        description="Who needs codes of an authenticator app to sign in: `optional` (whoever has set that up) or "
        "`organisers` (organisers and administrators too; until they have set it up, those roles are out of use).",
    )
    identity_providers: dict[Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")], IdentityProvider] = Field(
        default_factory=dict,
        description="Providers of OpenID Connect by a short name, which is part of their callback's address: "
        "`/sign-in/with/NAME/callback`.",
    )
    read_only: bool = Field(
        False,
        description="Serve without writing, as during a restore or an upgrade: mutations and sign-ins are refused, "
        "and nothing runs in the background but backups.",
    )
    poll_seconds: PositiveFloat = Field(
        0.2, description="Seconds between checks for new changes while somebody subscribes."
    )
    encode_in_background: bool = Field(
        True, description="Whether `serve` asks for a job that encodes texts when they have changed."
    )
    changes_kept: PositiveInt = Field(
        10_000, description="Changes kept in memory for subscribers; slower ones are disconnected."
    )
    shutdown_seconds: NonNegativeInt = Field(
        10, description="Seconds for requests in flight to finish when the server stops."
    )
    metrics: Literal["local", "admin", "everyone", "off"] = Field(
        "local",
        description="Who may read `/metrics`: `local` (programs on this machine that connect directly, and an "
        "administrator's API key), `admin` (only the key), `everyone`, or `off`.",
    )
    telemetry: Literal["off", "otlp"] = Field(
        "off",
        description="`otlp` sends spans and metrics by OpenTelemetry; see its `OTEL_…` variables.",
    )
    slow_seconds: NonNegativeFloat = Field(
        1.0, description="Seconds from which on an operation is logged with its cost and statements; 0: never."
    )
    log_format: Literal["text", "json"] = Field("text", description="Format of the log: `text` or `json` lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Minimum level logged.")

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError as problem:
                raise ValueError(
                    f"{problem}; name an IP address or a network, such as 127.0.0.1 or 10.0.0.0/8"
                ) from problem
        return value

    @field_validator("public_url", "privacy_notice")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write an address such as https://roadshow.example.org")
        return value.rstrip("/")

    @field_validator("mail_server")
    @classmethod
    def _mail_server(cls, value: str | None, given: ValidationInfo) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname or parts.path or parts.password:
            raise ValueError("write smtp://host:587, smtps://host:465 or smtp+plain://host:25")
        if given.data.get("public_url") is None:
            raise ValueError("set public_url too, the address to which links in mail lead")
        return value


def load_server_settings() -> ServerSettings:
    """Return the settings in force now, read anew.

    Raises store.settings.SettingsError naming the setting, its value and what is allowed.
    """
    return read_settings(ServerSettings)
