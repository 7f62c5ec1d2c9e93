"""The host's errors: sentences that say what is wrong, where, and what to do."""

from __future__ import annotations


class PluginError(Exception):
    """Base of everything that the host raises."""


class PluginStartError(PluginError):
    """The configuration of plugins can't work, so the start stops. The text names the remedy."""


class ClashError(PluginStartError):
    """Two owners define the same thing."""


class CircularOrderError(PluginStartError):
    """`before`, `after` and `requires` form a circle."""


class UnknownPluginError(PluginError):
    """No installed plugin has this name."""


class PluginFailedError(PluginError):
    """A plugin's function failed, ran past its time limit, or is resting behind its circuit breaker.

    The text is fit for a client: it names the plugin and what it was doing, never the exception's own words,
    which may hold data. Those are in the log and in `Host.states()`.
    """

    code = "PLUGIN_FAILED"

    def __init__(self, owner: str, point: str, reason: str) -> None:
        super().__init__(f"The plugin '{owner}' failed ({point}): {reason}.")
        self.owner = owner
        self.point = point
        self.reason = reason


class PluginTimeoutError(PluginFailedError):
    """A plugin's function ran past its time limit."""

    code = "PLUGIN_TIMEOUT"


class PluginRestingError(PluginFailedError):
    """The function kept failing and is switched off for a while."""

    code = "PLUGIN_RESTING"


class UserError(Exception):
    """Raise it in a plugin to tell the user what was wrong with the request.

    The message reaches the client unchanged and doesn't count as a failure of the plugin.
    """

    def __init__(self, message: str, *, code: str = "BAD_USER_INPUT", field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
