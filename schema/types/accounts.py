"""The types of accounts, their queries and mutations."""

from __future__ import annotations

from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.accounts import keys, mutations, reading
from schema.request.context import Context
from schema.types.payloads import BY_ID, DRY_RUN, define_payload
from schema.types.type_names import Names, input_type, object_type, output_field

_FIRST = Argument("first", "Int", f"How many, at most {MAXIMUM_PAGE}.", 50)
_AFTER = Argument("after", "ID", "Only those after this one.", None)
_SCOPE = Argument("scope", "ID", "Only those in this scope.", None)
_ENDED = Argument("ended", "Boolean!", "Also those that are over.", False)


def define_accounts(names: Names) -> list[StrawberryField]:
    """Define the types; gives the fields of `Query`."""
    scope = output_field(names, "scope", "Node", "What it holds for; null for the installation.",
                         resolve=lambda row, context, _: context.node(row.scope_id))  # fmt: skip
    role = output_field(names, "role", "Role!", "The role.", resolve=lambda row, *_: row.role)
    kind = output_field(names, "scope_kind", "ScopeKind!", "What kind of scope it is.")
    identifier = output_field(names, "id", "ID!", "Its id.")
    object_type(names, "Account", "A person who signs in.", [
        identifier,
        output_field(names, "name", "String!", "The person's name."),
        output_field(names, "email", "String", "The address; for the person and those who govern its roles.",
                     resolve=lambda row, context, _: row.email if reading.may_read_address(context, row.id) else None),
        output_field(names, "languages", "[LanguageTag!]!", "Languages, best first."),
        output_field(names, "time_zone", "String", "The time zone, as an IANA name."),
        output_field(names, "talent", "Talent", "The talent that the person is.",
                     resolve=lambda row, context, _: context.node(row.talent_id)),
    ])  # fmt: skip
    object_type(names, "Membership", "A role that an account holds in a scope.", [
        identifier,
        output_field(names, "account", "Account!", "The account.",
                     resolve=lambda row, context, _: reading.account(context, row.account_id)),
        role, kind, scope,
        output_field(names, "begins_at", "DateTime!", "Since when."),
        output_field(names, "ends_at", "DateTime", "Until when; null if it is open."),
    ])  # fmt: skip
    object_type(names, "AccountSession", "A browser in which an account is signed in.", [
        identifier,
        output_field(names, "browser", "String", "What the browser calls itself."),
        output_field(names, "created_at", "DateTime!", "When it was signed in."),
        output_field(names, "used_at", "DateTime!", "When it was last used, to within an hour."),
        output_field(names, "expires_at", "DateTime!", "When it ends unless it is used."),
        output_field(names, "ended_at", "DateTime", "When it was ended."),
        output_field(names, "current", "Boolean!", "Whether it is this one.",
                     resolve=lambda row, context, _: row.id == context.actor.session_id),
    ])  # fmt: skip
    object_type(names, "Invitation", "An offer of a role to whoever reads mail at an address.", [
        identifier,
        output_field(names, "email", "String!", "The address."),
        output_field(names, "name", "String", "Whom it is for."),
        role, kind, scope,
        output_field(names, "created_at", "DateTime!", "When it was made."),
        output_field(names, "expires_at", "DateTime!", "Until when it can be accepted."),
        output_field(names, "accepted_at", "DateTime", "When it was accepted."),
        output_field(names, "revoked_at", "DateTime", "When it was taken back."),
    ])  # fmt: skip
    object_type(names, "ApiKey", "A key by which a program acts as an account or as a service.", [
        identifier,
        output_field(names, "name", "String!", "Whose it is."),
        role,
        output_field(names, "subject", "Node", "The investor, place or person that it acts for.",
                     resolve=lambda row, context, _: context.node(row.subject_id)),
        output_field(names, "account", "Account", "The account that it belongs to; null for a service's.",
                     resolve=lambda row, context, _: reading.account(context, row.account_id)),
        output_field(names, "created_at", "DateTime!", "When it was made."),
        output_field(names, "expires_at", "DateTime", "Until when it is valid; null if it never expires."),
        output_field(names, "revoked_at", "DateTime", "When it was revoked."),
    ])  # fmt: skip
    return [
        output_field(names, "memberships", "[Membership!]!", "Memberships that you may end, by id.",
                     arguments=[_SCOPE, _ENDED, _FIRST, _AFTER], resolve=reading.memberships),
        output_field(names, "invitations", "[Invitation!]!", "Invitations that you may take back, by id.",
                     arguments=[_SCOPE, _ENDED, _FIRST, _AFTER], resolve=reading.invitations),
        output_field(names, "api_keys", "[ApiKey!]!", "All keys, by id; for administrators.",
                     arguments=[_FIRST, _AFTER], resolve=reading.keys),
    ]  # fmt: skip


def viewer_fields(names: Names) -> list[StrawberryField]:
    """What `Viewer` says of the account of who asks."""

    def acting(actor: Any, context: Context, _: object) -> Any:
        return next((row for row in reading.own_memberships(context) if actor.held and row.id == actor.held.id), None)

    return [
        output_field(names, "account", "Account", "Your account; null for the public and for keys of services.",
                     resolve=lambda actor, context, _: reading.account(context, actor.account_id)),
        output_field(names, "membership", "Membership", "The membership that you act by.", resolve=acting),
        output_field(names, "memberships", "[Membership!]!", "All roles that you hold now.",
                     resolve=lambda _, context, __: reading.own_memberships(context)),
        output_field(names, "sessions", "[AccountSession!]!", "Where you are signed in; empty for keys.",
                     resolve=lambda _, context, __: reading.own_sessions(context)),
        output_field(names, "keys", "[ApiKey!]!", "Keys of your account.",
                     resolve=lambda _, context, __: reading.own_keys(context)),
        output_field(names, "personal_data", "JSON", "Everything that is held about you, by table, without secrets; "
                     "for whoever is signed in, null for keys.",
                     resolve=lambda _, context, __: reading.own_data(context)),
    ]  # fmt: skip


def account_mutations(names: Names) -> list[StrawberryField]:
    """The fields of `Mutation`."""
    input_type(names, "InviteeInput", "Somebody to be invited.", [
        Argument("email", "String!", "The address."),
        Argument("name", "String", "The person's name.", None),
        Argument("language", "LanguageTag", "The language of the mail.", None),
    ])  # fmt: skip
    define_payload(names, "InvitationsPayload", "What became of invitations.", "invitations", "[Invitation!]")
    define_payload(names, "InvitationPayload", "What became of an invitation.", "invitation", "Invitation")
    define_payload(names, "MembershipPayload", "What became of a membership.", "membership", "Membership")
    define_payload(names, "MembershipsPayload", "What became of memberships.", "memberships", "[Membership!]")
    define_payload(names, "AccountSessionPayload", "What became of a session.", "session", "AccountSession")
    define_payload(names, "ApiKeyPayload", "What became of a key.", "key", "ApiKey")
    shown = output_field(names, "secret", "String", "The key itself. It is shown this once; null in a dry run.")
    define_payload(names, "ApiKeySecretPayload", "A new key.", "key", "ApiKey", [shown])
    expires = Argument("expires_at", "DateTime", "Until when it is valid; for good if not given.", None)
    return [
        output_field(names, "invite", "InvitationsPayload!", "Invite people to a role in a scope, by mail.", arguments=[
            Argument("people", "[InviteeInput!]!", "Whom."), Argument("role", "Role!", "The role."),
            Argument("scope_kind", "ScopeKind!", "What kind of scope."),
            Argument("scope", "ID", "The scope; none for the installation.", None),
            Argument("expires_at", "DateTime", "Until when it can be accepted; 14 days if not given.", None),
            Argument("ends_at", "DateTime", "Until when the role is held; for good if not given.", None), DRY_RUN,
        ], resolve=mutations.invite),
        output_field(names, "revoke_invitation", "InvitationPayload!", "Take back an invitation.",
                     arguments=[BY_ID, DRY_RUN], resolve=mutations.revoke_invitation),
        output_field(names, "end_membership", "MembershipPayload!", "End a membership, and the keys that hang on it.",
                     arguments=[BY_ID, DRY_RUN], resolve=mutations.end_membership),
        output_field(names, "hand_over_memberships", "MembershipsPayload!",
                     "Give all that a leaver holds to a successor; the leaver is signed out.", arguments=[
                         Argument("leaver", "ID!", "The account of who leaves."),
                         Argument("successor", "ID!", "The account that takes over."), DRY_RUN,
                     ], resolve=mutations.hand_over_memberships),
        output_field(names, "act_as", "AccountSessionPayload!", "Use another of your roles in this browser.",
                     arguments=[Argument("membership", "ID!", "The membership to act by."), DRY_RUN],
                     resolve=mutations.act_as),
        output_field(names, "sign_out", "AccountSessionPayload!", "End a session of yours.", arguments=[
            Argument("session", "ID", "Which; this one if not given.", None),
            Argument("everywhere", "Boolean!", "All of them.", False), DRY_RUN,
        ], resolve=mutations.sign_out),
        output_field(names, "create_key", "ApiKeySecretPayload!",
                     "Make a key of yours, or as an administrator one of a service.", arguments=[
                         Argument("name", "String!", "Whose it is."),
                         Argument("membership", "ID", "The membership that it carries; the one that you act by if not "
                                  "given.", None),
                         Argument("role", "Role", "A service's role; for administrators.", None),
                         Argument("subject", "ID", "The investor, place or talent that a service acts for.", None),
                         expires, DRY_RUN,
                     ], resolve=keys.create_key),
        output_field(names, "rotate_key", "ApiKeySecretPayload!", "Make a key in the place of one, which is revoked.",
                     arguments=[BY_ID, DRY_RUN], resolve=keys.rotate_key),
        output_field(names, "revoke_key", "ApiKeyPayload!", "Refuse a key from now on.", arguments=[BY_ID, DRY_RUN],
                     resolve=keys.revoke_key),
    ]  # fmt: skip
