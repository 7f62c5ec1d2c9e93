"""What core tells people, in English and Chinese. Whoever causes it calls `store.notifications.core_kinds`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from api.accounts.invitation_page import scope_name
from api.accounts.texts import TEXTS
from api.notifications.texts import language_for
from plugins.host.context import Context
from plugins.host.contributions.contributions import NotificationKind, NotificationTemplate
from plugins.host.hook_markers import hookimpl
from store.access.actors import Actor
from store.models import AccountIdentity, Job, Membership
from store.notifications import core_kinds
from store.notifications.core_kinds import CoreKind

_Context = Context[Actor]
_Values = Mapping[str, object] | None
_JOB_ZH = '{{ {"export": "导出", "import": "导入", "learn": "训练"}.get(kind, kind) }}'
_ANSWER = """query NotificationAnswer($id: ID!) {
  interest(id: $id) { kind feedback archivedAt subject { __typename ... on Investor { name } ... on Place { name } }
    project { id name } }
}"""
_TALKS = """query NotificationTalks($id: ID!) {
  match(id: $id) { stage archivedAt subject { __typename ... on Investor { name } ... on Place { name } }
    project { id name } }
}"""


class JobArguments(BaseModel):
    """A job."""

    job: str


class MembershipArguments(BaseModel):
    """A membership."""

    membership: str


class MembershipsArguments(BaseModel):
    """Memberships."""

    memberships: list[str]


class AnswerArguments(BaseModel):
    """An answer to a project."""

    interest: str


class TalksArguments(BaseModel):
    """Talks, and the stage that was told."""

    match: str
    stage: str


class IdentityArguments(BaseModel):
    """An account's identity at a provider."""

    identity: str


def _job(context: _Context, arguments: JobArguments) -> _Values:
    job = context.session.get(Job, arguments.job)
    if job is None or job.account_id != context.actor.account_id:
        return None
    return {"kind": job.kind, "error": job.error or ""}


def _role(context: _Context, arguments: MembershipArguments) -> _Values:
    row = context.session.get(Membership, arguments.membership)
    if row is None or row.account_id != context.actor.account_id or row.ends_at is None:
        return None
    return {**_role_of(context, row), "day": row.ends_at.strftime("%Y-%m-%d")}


def _received(context: _Context, arguments: MembershipsArguments) -> _Values:
    held = {each.id for each in context.actor.memberships}
    rows = [context.session.get(Membership, each) for each in arguments.memberships if each in held]
    roles = [_role_of(context, row) for row in rows if row is not None]
    return {"roles": [f"{each['role']} ({each['scope']})" for each in roles]} if roles else None


def _role_of(context: _Context, row: Membership) -> dict[str, object]:
    language = language_for(context.languages)
    scope = scope_name(context.session, row.scope_id, language)
    return {"role": TEXTS[row.role.value][language], "scope": scope}


def _answer(context: _Context, arguments: AnswerArguments) -> _Values:
    row = _asked(context, _ANSWER, "interest", arguments.interest)
    if row is None or (row["kind"] != "LIKE" and not row["feedback"]):
        return None
    return {**_sides(row), "liked": row["kind"] == "LIKE", "feedback": row["feedback"] or ""}


def _talks(context: _Context, arguments: TalksArguments) -> _Values:
    row = _asked(context, _TALKS, "match", arguments.match)
    return None if row is None or row["stage"] != arguments.stage else {**_sides(row), "stage": row["stage"]}


def _asked(context: _Context, document: str, field: str, identifier: str) -> Mapping[str, Any] | None:
    """Return what the recipient may see of a record, by the API's rules."""
    row = (context.ask(document, {"id": identifier}).get("data") or {}).get(field)
    return row if row and row["project"] and row["subject"] and row["archivedAt"] is None else None


def _sides(row: Mapping[str, Any]) -> dict[str, object]:
    return {"who": row["subject"]["name"], "project": row["project"]["name"], "project_id": row["project"]["id"]}


def _identity(context: _Context, arguments: IdentityArguments) -> _Values:
    row = context.session.get(AccountIdentity, arguments.identity)
    return None if row is None or row.account_id != context.actor.account_id else {"issuer": row.issuer}


def _texts(
    english: Sequence[str], chinese: Sequence[str], link: str, many: tuple[str, str] | None = None
) -> dict[str, NotificationTemplate]:
    """Return templates of subject and text in both languages."""
    both = zip(("en", "zh"), (english, chinese), many or (None, None), strict=True)
    return {
        language: NotificationTemplate(subject=said[0], text=said[1], link=link, many=several)
        for language, said, several in both
    }


def _kind(kind: CoreKind, english: str, chinese: str, description: str, **given: Any) -> NotificationKind:
    title = {"en": english, "zh": chinese}
    return NotificationKind(name=kind.name, window=kind.window, title=title, description=description, **given)


def core_kinds_of_notifications() -> Iterable[NotificationKind]:
    """Yield core's kinds."""
    yield _kind(
        core_kinds.JOB_FINISHED, "A job has finished", "任务完成",
        "A job of yours that took longer than a minute has ended well.",
        arguments=JobArguments, values=_job, example={"kind": "export", "error": ""},
        templates=_texts(
            ("Your {{ kind }} is done", "Your {{ kind }} is done. Its result is on the page of your jobs."),
            (f"{_JOB_ZH}已完成", f"您的{_JOB_ZH}任务已完成，结果见任务页面。"),
            "/jobs", ("{{ count }} of your jobs are done", "您有 {{ count }} 个任务已完成"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.JOB_FAILED, "A job has failed", "任务失败", "A job of yours has failed.",
        arguments=JobArguments, values=_job, example={"kind": "import", "error": "The file can't be read."},
        templates=_texts(
            ("Your {{ kind }} has failed", "Your {{ kind }} has failed: {{ error }}\n\nYou can try it again on the "
             "page of your jobs."),
            (f"{_JOB_ZH}失败", f"您的{_JOB_ZH}任务失败：{{{{ error }}}}\n\n您可以在任务页面重试。"),
            "/jobs", ("{{ count }} of your jobs have failed", "您有 {{ count }} 个任务失败"),
        ),
    )  # fmt: skip
    role = {"role": "Reviewer", "scope": "Example Programme", "day": "2026-12-31"}
    yield _kind(
        core_kinds.ROLE_ENDING, "A role ends soon", "角色即将到期", "A role of yours ends within two weeks.",
        arguments=MembershipArguments, values=_role, example=role,
        templates=_texts(
            ("Your role as {{ role }} ends on {{ day }}", "Your role as {{ role }} ({{ scope }}) ends on {{ day }} "
             "(UTC). If you need it for longer, ask whoever gave it to you."),
            ("您的{{ role }}角色将于 {{ day }} 到期", "您的{{ role }}角色（{{ scope }}）将于 {{ day }}（UTC）到期。"
             "如需延长，请联系授予该角色的人员。"),
            "/account", ("{{ count }} of your roles end soon", "您有 {{ count }} 个角色即将到期"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.ROLE_ENDED, "A role has ended", "角色终止", "Somebody has ended a role of yours or handed it over.",
        arguments=MembershipArguments, values=_role, example=role,
        templates=_texts(
            ("Your role as {{ role }} has ended", "Your role as {{ role }} ({{ scope }}) has ended."),
            ("您的{{ role }}角色已终止", "您的{{ role }}角色（{{ scope }}）已终止。"),
            "/account", ("{{ count }} of your roles have ended", "您有 {{ count }} 个角色已终止"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.ROLES_RECEIVED, "Roles handed over to you", "角色移交",
        "Somebody's roles were handed over to you.",
        arguments=MembershipsArguments, values=_received,
        example={"roles": ["Reviewer (Example Programme)", "Organiser (Example Programme)"]},
        templates=_texts(
            ("Roles were handed over to you", "You now hold:\n\n{% for role in roles %}- {{ role }}\n{% endfor %}"),
            ("有角色移交给您", "您现在拥有以下角色：\n\n{% for role in roles %}- {{ role }}\n{% endfor %}"),
            "/account",
        ),
    )  # fmt: skip
    sides = {"who": "Fictional Capital", "project": "Example Project", "project_id": "prj_example"}
    yield _kind(
        core_kinds.PROJECT_ANSWER, "Answers to your projects", "项目反馈",
        "An investor or a place likes a project of yours or leaves it a feedback.",
        arguments=AnswerArguments, values=_answer,
        example={**sides, "liked": True, "feedback": "A convincing pilot."},
        templates=_texts(
            ("{{ who }} {{ 'likes' if liked else 'has answered' }} {{ project }}",
             "{{ who }} {{ 'is interested in' if liked else 'has answered about' }} {{ project }}."
             "{% if feedback %}\n\n{{ feedback }}{% endif %}"),
            ("{{ who }}{{ '对' if liked else '反馈了' }}{{ project }}{{ '感兴趣' if liked else '' }}",
             "{{ who }}{{ '对' if liked else '反馈了' }}{{ project }}{{ '感兴趣' if liked else '' }}。"
             "{% if feedback %}\n\n{{ feedback }}{% endif %}"),
            "/projects/{{ project_id }}",
            ("{{ count }} answers to your projects", "您的项目收到 {{ count }} 条反馈"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.PROJECT_TALKS, "Talks about your projects", "项目对接进展",
        "Talks with an investor or a place about a project of yours have come a step further.",
        arguments=TalksArguments, values=_talks, example={**sides, "stage": "MEETING"},
        templates=_texts(
            ("{{ project }}: a step in the talks with {{ who }}",
             "The talks between {{ project }} and {{ who }} have reached a new stage: {{ stage | lower | "
             "replace('_', ' ') }}."),
            ("{{ project }}：与{{ who }}的对接有新进展", "{{ project }}与{{ who }}的对接已进入新阶段。"),
            "/projects/{{ project_id }}",
            ("{{ count }} steps in talks about your projects", "您的项目有 {{ count }} 项对接进展"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.SECOND_STEP_REMOVED, "Two-step verification turned off", "两步验证关闭",
        "Two-step verification of your account was turned off.", required=True, example={},
        templates=_texts(
            ("Two-step verification was turned off", "Two-step verification of your account was turned off. If it "
             "wasn't you, sign out everywhere, set it up again, and tell an administrator."),
            ("两步验证已关闭",
             "您账户的两步验证已关闭。如非本人操作，请退出所有设备、重新开启两步验证，并联系管理员。"),
            "/account",
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.IDENTITY_LINKED, "A new way to sign in", "新增登录方式",
        "An identity at a provider was linked to your account.", required=True,
        arguments=IdentityArguments, values=_identity, example={"issuer": "https://login.example.edu"},
        templates=_texts(
            ("A new way to sign in to your account", "An identity at {{ issuer }} can now sign in to your account. If "
             "it wasn't you who linked it, remove the link and sign out everywhere."),
            ("您的账户新增了登录方式",
             "{{ issuer }} 的身份现在可以登录您的账户。如非本人操作，请解除关联并退出所有设备。"),
            "/account",
        ),
    )  # fmt: skip


class CoreNotifications:
    """The kinds of notifications of core."""

    @hookimpl
    def register_notification_kinds(self) -> Iterable[NotificationKind]:
        """Jobs, roles, answers, talks, and the security of accounts."""
        return core_kinds_of_notifications()
