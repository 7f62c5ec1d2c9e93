"""What an operator may set about plugins: the section `plugins` of Roadshow's settings.

```toml
[plugins.host]            # about all of them
call_time_limit = 2.0

[plugins.kunshan]         # about one, and its own settings beside
enabled = false
```

In the environment: `ROADSHOW_PLUGINS__HOST__CALL_TIME_LIMIT=2`, `ROADSHOW_PLUGINS__KUNSHAN__ENABLED=false`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plugins.host.errors import PluginStartError
from plugins.host.manifest import Permission

HOST = "host"
"""The section that is about all plugins."""


class PluginSettings(BaseModel):
    """What Roadshow reads from a plugin's section. The rest of the section are the plugin's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    enabled: bool = Field(True, description="If false, the plugin isn't imported. Its tables stay as they are.")
    required: bool = Field(
        False,
        description="If true, whatever is wrong with the plugin stops the start.",
    )
    ignore_api_range: bool = Field(False, description="If true, the plugin runs whatever versions its `api` names.")
    denied: tuple[Permission, ...] = Field(
        (), description="Permissions that it must not have; a plugin that asks for one is refused."
    )

    @property
    def own(self) -> dict[str, object]:
        """The values of the plugin's own settings, not yet checked."""
        return dict(self.model_extra or {})


class HostLimits(BaseModel):
    """The section `host`: which plugins run, and how much patience the host has with them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    only: tuple[str, ...] | None = Field(None, description="If set, these plugins run and no other.")
    start_time_limit: float = Field(60.0, gt=0, description="Seconds for the import of a plugin, or one of its hooks.")
    call_time_limit: float = Field(5.0, gt=0, description="Seconds for one call of a plugin while a request waits.")
    listener_time_limit: float = Field(
        60.0,
        gt=0,
        description="Seconds for a listener's batch of changes, or one run of a task.",
    )
    listener_tries: int = Field(
        5,
        ge=1,
        description="Failures of a batch in a row after which a listener gets its changes one by one; one that then "
        "fails is set aside.",
    )
    failure_threshold: int = Field(
        5, ge=1, description="Failures in a row after which a plugin's function is switched off for a while."
    )
    rest: float = Field(
        30.0, gt=0, description="Seconds that it is switched off at first; each failed new attempt doubles them."
    )
    longest_rest: float = Field(600.0, gt=0, description="Seconds at which the doubling of `rest` ends.")
    threads: int = Field(
        8,
        ge=1,
        description="Threads for the calls of one plugin. A call past its limit keeps its thread until it ends.",
    )


class HostSettings(BaseModel):
    """The whole section, read."""

    model_config = ConfigDict(frozen=True)

    limits: HostLimits = Field(default_factory=HostLimits)
    sections: dict[str, PluginSettings] = Field(default_factory=dict)

    @classmethod
    def read(cls, values: HostSettings | Mapping[str, object] | None) -> HostSettings:
        """Read `{"host": {...}, "<plugin>": {...}}`.

        Raises
        ------
        PluginStartError: a value isn't allowed; the text says which, and why.
        """
        if isinstance(values, HostSettings):
            return values
        section = HOST
        try:
            remaining = {name: _decoded(own) for name, own in (values or {}).items()}
            limits = HostLimits.model_validate(remaining.pop(HOST, {}))
            sections = {}
            for section, own in remaining.items():
                sections[section] = PluginSettings.model_validate(own)
        except ValidationError as error:
            raise PluginStartError(
                "The settings of plugins are wrong:\n" + describe(error, f"plugins.{section}")
            ) from None
        return cls(limits=limits, sections=sections)

    def of(self, name: str) -> PluginSettings:
        """Return the section of a plugin; all defaults, if there is none."""
        return self.sections.get(name) or PluginSettings()

    def wants(self, name: str) -> bool:
        """Return whether a plugin is to run."""
        return self.of(name).enabled and (self.limits.only is None or name in self.limits.only)


def _decoded(section: object) -> object:
    """The section with lists and mappings that the environment holds as JSON texts."""
    if not isinstance(section, Mapping):
        return section
    decoded = dict(section)
    for name, value in section.items():
        if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
            with suppress(ValueError):  # then it is a text that only begins like one
                decoded[name] = json.loads(value)
    return decoded


def describe(error: ValidationError, section: str) -> str:
    """Return the problems, one a line: setting, what is wrong, the value."""
    return "\n".join(
        f"  - {'.'.join([section, *map(str, each['loc'])])}: {each['msg']} (it is {each['input']!r})"
        for each in error.errors()
    )
