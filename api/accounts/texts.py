"""Texts of the account pages and mails, in English and Chinese."""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, dict[str, str]] = {
    "sign_in": {"en": "Sign in", "zh": "登录"},
    "email": {"en": "E-mail address", "zh": "电子邮箱"},
    "send_link": {"en": "Send me a link", "zh": "发送登录链接"},
    "how": {
        "en": "We'll e-mail you a link. It works once and expires after 15 minutes.",
        "zh": "我们会将登录链接发到您的邮箱。链接 15 分钟内有效，仅可使用一次。",
    },
    "sent": {
        "en": "If this address has an account, a link is on its way. It works once and expires after 15 minutes.",
        "zh": "如果该邮箱已有账户，您将很快收到登录链接。链接 15 分钟内有效，仅可使用一次。",
    },
    "bad_email": {
        "en": "This isn't a valid e-mail address. Enter one such as ada@example.org.",
        "zh": "邮箱地址无效，请输入形如 ada@example.org 的地址。",
    },
    "too_many": {
        "en": "Too many links have been requested. Try again in an hour.",
        "zh": "获取登录链接过于频繁，请一小时后再试。",
    },
    "confirm": {"en": "Press the button to sign in.", "zh": "请点击下方按钮登录。"},
    "gone": {
        "en": "This link no longer works: it has been used or is older than 15 minutes.",
        "zh": "该链接已失效：可能已被使用，或已超过 15 分钟。",
    },
    "another": {"en": "Get a new link", "zh": "重新获取链接"},
    "account": {"en": "Your account", "zh": "我的账户"},
    "sign_out": {"en": "Sign out", "zh": "退出登录"},
    "roles": {"en": "Your roles", "zh": "您的角色"},
    "no_roles": {"en": "You have no roles.", "zh": "您目前没有角色。"},
    "acting": {"en": "in use", "zh": "当前使用"},
    "act": {"en": "Use this role", "zh": "切换到此角色"},
    "until": {"en": "until", "zh": "有效期至"},
    "sessions": {"en": "Where you are signed in", "zh": "已登录的设备"},
    "this": {"en": "this browser", "zh": "当前浏览器"},
    "last_used": {"en": "last used", "zh": "最近使用"},
    "unknown": {"en": "Unknown browser", "zh": "未知浏览器"},
    "end": {"en": "Sign out", "zh": "退出该设备"},
    "jobs": {"en": "Your jobs: exports and imports", "zh": "您的任务：导出与导入"},
    "everywhere": {"en": "Sign out everywhere", "zh": "退出所有设备"},
    "mail_subject": {"en": "Your Roadshow sign-in link", "zh": "您的 Roadshow 登录链接"},
    "mail_text": {
        "en": "Open this link to sign in. It works once and expires after 15 minutes. "
        "If you didn't request it, ignore this mail.",
        "zh": "请打开以下链接登录。链接 15 分钟内有效，仅可使用一次。如非您本人操作，请忽略此邮件。",
    },
    "agree": {"en": "By continuing, you agree to the", "zh": "继续操作即表示您同意"},
    "notice": {"en": "privacy notice", "zh": "隐私声明"},
    "stop": {"en": ".", "zh": "。"},
    "invitation": {"en": "Invitation", "zh": "邀请"},
    "invited": {"en": "You have been invited as", "zh": "您受邀担任"},
    "accept": {"en": "Accept", "zh": "接受邀请"},
    "accepted": {
        "en": "You now have this role. Sign in to use it.",
        "zh": "您已接受邀请，登录后即可使用该角色。",
    },
    "over": {
        "en": "This invitation is no longer valid: it has been accepted or withdrawn, or has expired.",
        "zh": "该邀请已失效：可能已被接受、撤回或已过期。",
    },
    "invitation_subject": {"en": "Your invitation to Roadshow", "zh": "Roadshow 邀请函"},
    "invitation_text": {
        "en": "You have been invited to join Roadshow as {role}. Open this link to accept.",
        "zh": "您受邀在 Roadshow 担任{role}。请打开以下链接接受邀请。",
    },
    "invitation_text_by": {
        "en": "{by} has invited you to join Roadshow as {role}. Open this link to accept.",
        "zh": "{by} 邀请您在 Roadshow 担任{role}。请打开以下链接接受邀请。",
    },
    "colon": {"en": ": ", "zh": "："},
    "ADMIN": {"en": "Administrator", "zh": "管理员"},
    "ORGANISER": {"en": "Organiser", "zh": "主办方"},
    "REVIEWER": {"en": "Reviewer", "zh": "评审"},
    "PLANNER": {"en": "Planner", "zh": "招商/规划人员"},
    "INVESTOR": {"en": "Investor", "zh": "投资人"},
    "TALENT": {"en": "Talent", "zh": "人才"},
    "INSTALLATION": {"en": "all of Roadshow", "zh": "整个平台"},
}


def text(name: str, language: str) -> str:
    """Return a text in one of the pages' languages."""
    return TEXTS[name][language]


def invitation_text(role: str, by: str | None, language: str) -> str:
    """Write the text of an invitation's mail; `by` is who invites."""
    name = "invitation_text_by" if by else "invitation_text"
    return text(name, language).format(role=text(role, language).lower(), by=by)


def in_language(language: str) -> dict[str, Any]:
    """Return all texts in one language, for a template."""
    return {name: titles[language] for name, titles in TEXTS.items()}
