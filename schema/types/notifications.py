"""The GraphQL types and mutations of notifications."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.domain.notifications import choices, mutations
from schema.types.payloads import DRY_RUN, define_payload
from schema.types.type_names import Names, object_type, output_field


def define_notifications(names: Names) -> None:
    """Define the types beside `Notification`."""
    object_type(names, "NotificationDelivery", "A message by which a notification went out.", [
        output_field(names, "message_id", "ID!", "Its id: the first part of an e-mail's `Message-ID`, a webhook's "
                     "`webhook-id`."),
        output_field(names, "channel", "String!", "The channel."),
        output_field(names, "state", "MessageState!", "Its state."),
        output_field(names, "attempts", "Int!", "Number of attempts to send it."),
        output_field(names, "ended_at", "DateTime", "When it arrived or was given up; null before."),
        output_field(names, "detail", "String", "The answer or error of the last attempt that failed."),
    ])  # fmt: skip
    object_type(names, "NotificationPreference", "Whether you get a kind of notification by a channel.", [
        output_field(names, "kind", "String!", "The kind, such as `job-failed`."),
        output_field(names, "title", "String!", "The kind's title, in your language."),
        output_field(names, "description", "String!", "When it is sent."),
        output_field(names, "channel", "String!", "The channel: `EMAIL`, `FEED` (the page of notifications and its "
                     "feed), `WEBHOOK`, or one of a plugin."),
        output_field(names, "enabled", "Boolean!", "Whether it is sent."),
        output_field(names, "required", "Boolean!", "Whether it can't be turned off, because it concerns the security "
                     "of your account."),
    ])  # fmt: skip
    object_type(names, "NotificationAddress", "Where a channel reaches you.", [
        output_field(names, "channel", "String!", "The channel."),
        output_field(names, "address", "String", "The address; null if nothing is sent there."),
        output_field(names, "paused", "String", "Why nothing is sent there for now."),
        output_field(names, "secret", "String", "Secret that verifies a webhook's signatures, by the Standard Webhooks "
                     "specification."),
        output_field(names, "feed_url", "String", "The private address of your Atom feed on this server, readable by "
                     "anyone who has it; with `/json` after it, a JSON feed."),
    ])  # fmt: skip


def notification_viewer_fields(names: Names) -> list[StrawberryField]:
    """Return the fields of `Viewer` about notifications."""
    return [
        output_field(names, "notification_preferences", "[NotificationPreference!]!",
                     "How you are notified: every kind with every channel; empty for services' keys.",
                     resolve=lambda _, context, __: choices.own_preferences(context)),
        output_field(names, "notification_addresses", "[NotificationAddress!]!",
                     "Where channels reach you, beside your e-mail address; empty for services' keys.",
                     resolve=lambda _, context, __: choices.own_addresses(context)),
    ]  # fmt: skip


def notification_mutations(names: Names) -> list[StrawberryField]:
    """Define the payloads and return the fields of `Mutation`."""
    define_payload(names, "NotificationPreferencePayload", "The result of changing a preference.", "preference",
                   "NotificationPreference")  # fmt: skip
    define_payload(names, "NotificationAddressPayload", "The result of changing an address.", "address",
                   "NotificationAddress")  # fmt: skip
    return [
        output_field(names, "set_notification_preference", "NotificationPreferencePayload!",
                     "Turn a kind of notification on or off for a channel.", arguments=[
                         Argument("kind", "String!", "The kind."), Argument("channel", "String!", "The channel."),
                         Argument("enabled", "Boolean!", "Whether it is sent."), DRY_RUN,
                     ], resolve=mutations.set_notification_preference),
        output_field(names, "set_notification_address", "NotificationAddressPayload!",
                     "Say where a channel reaches you. Secrets and the feed's address are new each time.", arguments=[
                         Argument("channel", "String!", "The channel: `WEBHOOK`, `FEED`, or one of a plugin."),
                         Argument("address", "String", "The address; null for none any more, and for the feed.", None),
                         DRY_RUN,
                     ], resolve=mutations.set_notification_address),
    ]  # fmt: skip
