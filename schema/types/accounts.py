"""The GraphQL types, queries and mutations of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.accounts import inviting, keys, mutations, reading
from schema.request.context import Context
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, define_payload
from schema.types.type_names import Names, identified_type, input_type, object_type, output_field
from store import models

_FIRST = Argument("first", "Int", f"How many to return, 0 to {MAXIMUM_PAGE}.", 50)
_AFTER = Argument("after", "ID", "Only those after this id.", None)
_SCOPE = Argument("scope", "ID", "Only those in this scope.", None)
_ENDED = Argument("ended", "Boolean!", "Also return those that have ended or closed.", False)


def define_accounts(names: Names) -> list[StrawberryField]:
    """Define the types and return the fields of `Query`."""
    scope = output_field(names, "scope", "Node", "The entity of the scope; null for the installation.",
                         resolve=lambda row, context, _: context.node(row.scope_id))  # fmt: skip
    role = output_field(names, "role", "Role!", "The role.", resolve=lambda row, *_: row.role)
    kind = output_field(names, "scope_kind", "ScopeKind!", "The kind of scope.")
    identifier = output_field(names, "id", "ID!", "Its id.")
    identified_type(names, "Account", "A person who signs in.", [
        identifier,
        output_field(names, "name", "String!", "The person's name."),
        output_field(names, "email", "String", "The e-mail address, for the person and those who govern their roles.",
                     resolve=lambda row, context, _: row.email if reading.may_read_address(context, row.id) else None),
        output_field(names, "languages", "[LanguageTag!]!", "Languages, the preferred first."),
        output_field(names, "time_zone", "String", "The time zone, as an IANA name."),
        output_field(names, "talent", "Talent", "The person's record as a talent.",
                     resolve=lambda row, context, _: context.node(row.talent_id)),
    ], models.Account.prefix)  # fmt: skip
    _previewed(names, "Membership", "A role that an account holds in a scope.", [
        output_field(names, "account", "Account!", "The account.",
                     resolve=lambda row, context, _: reading.account(context, row.account_id)),
        role, kind, scope,
        output_field(names, "begins_at", "DateTime!", "When it begins."),
        output_field(names, "ends_at", "DateTime", "When it ends; null if it doesn't."),
    ], models.Membership.prefix)  # fmt: skip
    _previewed(names, "AccountSession", "A browser in which an account is signed in.", [
        output_field(names, "browser", "String", "The browser's `User-Agent`."),
        output_field(names, "created_at", "DateTime!", "When the person signed in."),
        output_field(names, "used_at", "DateTime!", "When it was last used, accurate to within an hour."),
        output_field(names, "expires_at", "DateTime!", "When it expires unless it is used again."),
        output_field(names, "ended_at", "DateTime", "When it was ended."),
        output_field(names, "current", "Boolean!", "Whether this request uses it.",
                     resolve=lambda row, context, _: row.id == context.actor.session_id),
    ], models.AccountSession.prefix)  # fmt: skip
    _previewed(names, "Invitation", "An offer of a role, sent to an e-mail address.", [
        output_field(names, "email", "String!", "The e-mail address."),
        output_field(names, "name", "String", "The invited person's name."),
        role, kind, scope,
        output_field(names, "created_at", "DateTime!", "When it was created."),
        output_field(names, "expires_at", "DateTime!", "When it expires."),
        output_field(names, "accepted_at", "DateTime", "When it was accepted."),
        output_field(names, "revoked_at", "DateTime", "When it was revoked."),
    ], models.Invitation.prefix)  # fmt: skip
    _previewed(names, "ApiKey", "A key with which a program acts as an account or a service.", [
        output_field(names, "name", "String!", "A name that says whose key it is."),
        role,
        output_field(names, "subject", "Node", "The investor, place or talent that it acts for.",
                     resolve=lambda row, context, _: context.node(row.subject_id)),
        output_field(names, "account", "Account", "The account that it belongs to; null for a service's key.",
                     resolve=lambda row, context, _: reading.account(context, row.account_id)),
        output_field(names, "created_at", "DateTime!", "When it was created."),
        output_field(names, "expires_at", "DateTime", "When it expires; null if it doesn't."),
        output_field(names, "revoked_at", "DateTime", "When it was revoked."),
    ], models.ApiKey.prefix)  # fmt: skip
    return [
        output_field(names, "memberships", "[Membership!]!", "Memberships that you may end, ordered by id.",
                     arguments=[_SCOPE, _ENDED, _FIRST, _AFTER], resolve=reading.memberships),
        output_field(names, "invitations", "[Invitation!]!", "Invitations that you may revoke, ordered by id.",
                     arguments=[_SCOPE, _ENDED, _FIRST, _AFTER], resolve=reading.invitations),
        output_field(names, "api_keys", "[ApiKey!]!", "All keys, ordered by id; for administrators.",
                     arguments=[_FIRST, _AFTER], resolve=reading.keys),
    ]  # fmt: skip


def _previewed(names: Names, name: str, description: str, fields: Sequence[StrawberryField], prefix: str) -> None:
    """Define a type with an id, and the same without one for dry runs."""
    identified_type(names, name, description, [output_field(names, "id", "ID!", "Its id."), *fields], prefix)
    object_type(names, f"{name}Preview", f"{description} As it would be after a mutation that is tried.", fields)


def viewer_fields(names: Names) -> list[StrawberryField]:
    """Return the fields of `Viewer` about the actor's account."""

    def acting(actor: Any, context: Context, _: object) -> Any:
        return next((row for row in reading.own_memberships(context) if actor.held and row.id == actor.held.id), None)

    return [
        output_field(names, "account", "Account", "Your account; null for the public and for services' keys.",
                     resolve=lambda actor, context, _: reading.account(context, actor.account_id)),
        output_field(names, "membership", "Membership", "The membership by which you act.", resolve=acting),
        output_field(names, "memberships", "[Membership!]!", "All memberships that you hold now.",
                     resolve=lambda _, context, __: reading.own_memberships(context)),
        output_field(names, "sessions", "[AccountSession!]!", "Where you are signed in; empty for keys.",
                     resolve=lambda _, context, __: reading.own_sessions(context)),
        output_field(names, "keys", "[ApiKey!]!", "Your account's keys, without revoked ones.",
                     resolve=lambda _, context, __: reading.own_keys(context)),
        output_field(names, "personal_data", "JSON", "Everything stored about you, by table, without secrets; "
                     "null for keys.",
                     resolve=lambda _, context, __: reading.own_data(context)),
    ]  # fmt: skip


def account_mutations(names: Names) -> list[StrawberryField]:
    """Define the payloads and return the fields of `Mutation`."""
    input_type(names, "InviteeInput", "A person to invite.", [
        Argument("email", "String!", "The e-mail address."),
        Argument("name", "String", "The person's name.", None),
        Argument("language", "LanguageTag", "The language of the mail.", None),
    ])  # fmt: skip
    for name, what, field, kind in (
        ("InvitationsPayload", "inviting people", "invitations", "[Invitation!]"),
        ("InvitationPayload", "changing an invitation", "invitation", "Invitation"),
        ("MembershipPayload", "changing a membership", "membership", "Membership"),
        ("MembershipsPayload", "changing memberships", "memberships", "[Membership!]"),
        ("AccountSessionPayload", "changing a session", "session", "AccountSession"),
        ("ApiKeyPayload", "changing a key", "key", "ApiKey"),
    ):
        define_payload(names, name, f"The result of {what}.", field, kind, previewed=True)
    shown = output_field(
        names,
        "secret",
        "String",
        "The key itself, shown only here; null in a dry run and where the call is repeated with its idempotency key.",
    )
    described = "The result of creating a key."
    define_payload(names, "ApiKeySecretPayload", described, "key", "ApiKey", [shown], previewed=True)
    expires = Argument("expires_at", "DateTime", "When it expires; by default never.", None)
    return [
        output_field(names, "invite", "InvitationsPayload!", "Invite people by mail to a role in a scope.", arguments=[
            Argument("people", "[InviteeInput!]!", "The people to invite."), Argument("role", "Role!", "The role."),
            Argument("scope_kind", "ScopeKind!", "The kind of scope."),
            Argument("scope", "ID", "The entity of the scope; omit it for the installation.", None),
            Argument("expires_at", "DateTime", "When the invitations expire; by default after 14 days.", None),
            Argument("ends_at", "DateTime", "When the role ends; by default never.", None),
            IDEMPOTENCY_KEY, DRY_RUN,
        ], resolve=inviting.invite),
        output_field(names, "revoke_invitation", "InvitationPayload!", "Revoke an invitation.",
                     arguments=[BY_ID, DRY_RUN], resolve=inviting.revoke_invitation),
        output_field(names, "resend_invitation", "InvitationPayload!",
                     "Send an invitation again, by a new link; the old one stops working.", arguments=[
                         BY_ID,
                         Argument("expires_at", "DateTime", "When it expires; by default after 14 days.", None),
                         DRY_RUN,
                     ], resolve=inviting.resend_invitation),
        output_field(names, "end_membership", "MembershipPayload!", "End a membership and revoke its keys.",
                     arguments=[BY_ID, DRY_RUN], resolve=mutations.end_membership),
        output_field(names, "hand_over_memberships", "MembershipsPayload!",
                     "Move all memberships of a leaver to a successor, and sign the leaver out.", arguments=[
                         Argument("leaver", "ID!", "The account that loses its memberships."),
                         Argument("successor", "ID!", "The account that receives them."), DRY_RUN,
                     ], resolve=mutations.hand_over_memberships),
        output_field(names, "act_as", "AccountSessionPayload!", "Act by another of your memberships in this browser.",
                     arguments=[Argument("membership", "ID!", "The membership by which to act."), DRY_RUN],
                     resolve=mutations.act_as),
        output_field(names, "sign_out", "AccountSessionPayload!", "End one of your sessions, or all.", arguments=[
            Argument("session", "ID", "The session to end; by default this one.", None),
            Argument("everywhere", "Boolean!", "End all sessions.", False), DRY_RUN,
        ], resolve=mutations.sign_out),
        output_field(names, "create_key", "ApiKeySecretPayload!",
                     "Create your own key or, as an administrator, a service's.", arguments=[
                         Argument("name", "String!", "A name that says whose key it is."),
                         Argument("membership", "ID", "The membership by which it acts; by default the one by which "
                                  "you act.", None),
                         Argument("role", "Role", "The role of a service's key; for administrators.", None),
                         Argument("subject", "ID", "The investor, place or talent of a service's key.", None),
                         expires, IDEMPOTENCY_KEY, DRY_RUN,
                     ], resolve=keys.create_key),
        output_field(names, "rotate_key", "ApiKeySecretPayload!", "Revoke a key and create its replacement.",
                     arguments=[BY_ID, DRY_RUN], resolve=keys.rotate_key),
        output_field(names, "revoke_key", "ApiKeyPayload!", "Revoke a key.", arguments=[BY_ID, DRY_RUN],
                     resolve=keys.revoke_key),
    ]  # fmt: skip
