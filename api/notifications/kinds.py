"""What core tells people, in English and Chinese. Whoever causes it calls `store.notifications.core_kinds`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from api.notifications.texts import STAGES
from api.notifications.values import (
    AnswerArguments,
    CorrectionArguments,
    IdentityArguments,
    JobArguments,
    MembershipArguments,
    MembershipsArguments,
    TalksArguments,
    answer_values,
    decided_values,
    identity_values,
    job_values,
    received_values,
    requested_values,
    role_values,
    talks_values,
)
from plugins.host.contributions.contributions import NotificationKind, NotificationTemplate
from plugins.host.hook_markers import hookimpl
from store.notifications import core_kinds
from store.notifications.core_kinds import CoreKind

_JOB_ZH = '{{ {"export": "导出", "import": "导入", "encode": "文本向量化", "learn": "训练"}.get(kind, kind) }}'

_STAGE_EN, _STAGE_ZH = (
    f"{{{{ { {stage: words[place] for stage, words in STAGES.items()} }[stage] }}}}" for place in (0, 1)
)


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
        "A job that took longer than a minute has finished.",
        arguments=JobArguments, values=job_values, example={"kind": "export", "error": ""},
        templates=_texts(
            ("Your {{ kind }} is done", "Your {{ kind }} is done. The result is on your jobs page."),
            (f"{_JOB_ZH}已完成", f"您的{_JOB_ZH}任务已完成，结果见任务页面。"),
            "/jobs", ("{{ count }} of your jobs are done", "您有 {{ count }} 个任务已完成"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.JOB_FAILED, "A job has failed", "任务失败", "One of your jobs has failed.",
        arguments=JobArguments, values=job_values, example={"kind": "import", "error": "The file can't be read."},
        templates=_texts(
            ("Your {{ kind }} has failed", "Your {{ kind }} has failed: {{ error }}\n\nYou can try it again on the "
             "page of your jobs."),
            (f"{_JOB_ZH}失败", f"您的{_JOB_ZH}任务失败：{{{{ error }}}}\n\n您可以在任务页面重试。"),
            "/jobs", ("{{ count }} of your jobs have failed", "您有 {{ count }} 个任务失败"),
        ),
    )  # fmt: skip
    role = {"role": "Reviewer", "scope": "Example Programme", "day": "2026-12-31"}
    yield _kind(
        core_kinds.ROLE_ENDING, "A role ends soon", "角色即将到期", "One of your roles ends within two weeks.",
        arguments=MembershipArguments, values=role_values, example=role,
        templates=_texts(
            ("Your role as {{ role }} ends on {{ day }}", "Your role as {{ role }} ({{ scope }}) ends on {{ day }} "
             "(UTC). If you need it for longer, ask whoever gave it to you."),
            ("您的{{ role }}角色将于 {{ day }} 到期", "您的{{ role }}角色（{{ scope }}）将于 {{ day }}（UTC）到期。"
             "如需延长，请联系授予该角色的人员。"),
            "/account", ("{{ count }} of your roles end soon", "您有 {{ count }} 个角色即将到期"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.ROLE_ENDED, "A role has ended", "角色终止", "One of your roles was ended or handed over.",
        arguments=MembershipArguments, values=role_values, example=role,
        templates=_texts(
            ("Your role as {{ role }} has ended", "Your role as {{ role }} ({{ scope }}) has ended."),
            ("您的{{ role }}角色已终止", "您的{{ role }}角色（{{ scope }}）已终止。"),
            "/account", ("{{ count }} of your roles have ended", "您有 {{ count }} 个角色已终止"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.ROLES_RECEIVED, "Roles handed over to you", "角色移交",
        "Somebody's roles were handed over to you.",
        arguments=MembershipsArguments, values=received_values,
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
        "An investor or place likes one of your projects or leaves feedback on it.",
        arguments=AnswerArguments, values=answer_values,
        example={**sides, "liked": True, "feedback": "A convincing pilot."},
        templates=_texts(
            ("{{ who }} {{ 'likes' if liked else 'has answered' }} {{ project }}",
             "{{ who }} {{ 'is interested in' if liked else 'has answered about' }} {{ project }}."
             "{% if feedback %}\n\n{{ feedback }}{% endif %}"),
            ("{{ who }}对{{ project }}{{ '感兴趣' if liked else '提交了反馈' }}",
             "{{ who }}对{{ project }}{{ '感兴趣' if liked else '提交了反馈' }}。"
             "{% if feedback %}\n\n{{ feedback }}{% endif %}"),
            "/projects/{{ project_id }}",
            ("{{ count }} answers to your projects", "您的项目收到 {{ count }} 条反馈"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.PROJECT_TALKS, "Talks about your projects", "项目对接进展",
        "Talks with an investor or place about one of your projects have moved a step on.",
        arguments=TalksArguments, values=talks_values, example={**sides, "stage": "MEETING_SCHEDULED"},
        templates=_texts(
            ("{{ project }}: a step in the talks with {{ who }}",
             f"The talks between {{{{ project }}}} and {{{{ who }}}} have moved on: {_STAGE_EN}."),
            ("{{ project }}：与{{ who }}的对接有新进展",
             f"{{{{ project }}}}与{{{{ who }}}}的对接有新进展：{_STAGE_ZH}。"),
            "/projects/{{ project_id }}",
            ("{{ count }} steps in talks about your projects", "您的项目有 {{ count }} 项对接进展"),
        ),
    )  # fmt: skip
    correction = {"record": "Example Project", "field": "website", "accepted": True, "reason": "It moved.",
                  "answer": "Thank you."}  # fmt: skip
    yield _kind(
        core_kinds.CORRECTION_REQUESTED, "Corrections to decide on", "待处理的更正申请",
        "Somebody suggests a correction to a record that you may change.",
        arguments=CorrectionArguments, values=requested_values, example=correction,
        templates=_texts(
            ("Suggested correction to {{ record }}", "Somebody suggests a correction to {{ record }}, in the "
             "field {{ field }}:\n\n{{ reason }}\n\nAccept or decline it on the page of corrections."),
            ("{{ record }}：收到更正申请", "有人对{{ record }}的“{{ field }}”字段提出更正申请：\n\n{{ reason }}\n\n"
             "请在更正申请页面处理。"),
            "/corrections", ("{{ count }} suggested corrections await a decision", "有 {{ count }} 条更正申请待处理"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.CORRECTION_DECIDED, "Decisions on your corrections", "更正申请处理结果",
        "A correction that you suggested was accepted or declined.",
        arguments=CorrectionArguments, values=decided_values, example=correction,
        templates=_texts(
            ("Your correction to {{ record }} was {{ 'accepted' if accepted else 'declined' }}",
             "Your correction to {{ record }}, in the field {{ field }}, was "
             "{{ 'accepted' if accepted else 'declined' }}.{% if answer %}\n\n{{ answer }}{% endif %}"),
            ("{{ record }}：更正申请{{ '已采纳' if accepted else '未被采纳' }}",
             "您对{{ record }}的“{{ field }}”字段提出的更正申请{{ '已采纳' if accepted else '未被采纳' }}。"
             "{% if answer %}\n\n{{ answer }}{% endif %}"),
            "/corrections", ("{{ count }} of your corrections were decided", "您的 {{ count }} 条更正申请已处理"),
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.SECOND_STEP_REMOVED, "Two-step verification turned off", "两步验证关闭",
        "Two-step verification was turned off for your account.", required=True, example={},
        templates=_texts(
            ("Two-step verification was turned off", "Two-step verification was turned off for your account. If this "
             "wasn't you, sign out everywhere, set it up again, and tell an administrator."),
            ("两步验证已关闭",
             "您账户的两步验证已关闭。如非本人操作，请退出所有设备、重新开启两步验证，并联系管理员。"),
            "/account",
        ),
    )  # fmt: skip
    yield _kind(
        core_kinds.IDENTITY_LINKED, "A new way to sign in", "新增登录方式",
        "An identity at a provider was linked to your account.", required=True,
        arguments=IdentityArguments, values=identity_values, example={"issuer": "https://login.example.edu"},
        templates=_texts(
            ("A new way to sign in to your account", "An identity at {{ issuer }} can now sign in to your account. If "
             "you didn't link it, remove the link and sign out everywhere."),
            ("您的账户新增了登录方式",
             "现在可以通过 {{ issuer }} 登录您的账户。如非本人操作，请解除关联并退出所有设备。"),
            "/account",
        ),
    )  # fmt: skip


class CoreNotifications:
    """The kinds of notifications of core."""

    @hookimpl
    def register_notification_kinds(self) -> Iterable[NotificationKind]:
        """Jobs, roles, answers, talks, corrections, and the security of accounts."""
        return core_kinds_of_notifications()
