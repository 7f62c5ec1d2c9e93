"""What the pages and the mail about signing in say, in English and Chinese."""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, dict[str, str]] = {
    "sign_in": {"en": "Sign in", "zh": "登录"},
    "email": {"en": "E-mail address", "zh": "电子邮箱"},
    "send_link": {"en": "Send me a link", "zh": "发送登录链接"},
    "how": {
        "en": "You get a link by mail. It works once, for 15 minutes.",
        "zh": "我们会将登录链接发到您的邮箱。链接 15 分钟内有效，仅可使用一次。",
    },
    "sent": {
        "en": "If this address has an account, a link is on its way. It works once, for 15 minutes.",
        "zh": "如果该邮箱已有帐户，登录链接即将送达。链接 15 分钟内有效，仅可使用一次。",
    },
    "bad_email": {
        "en": "This is no e-mail address. Write one such as ada@example.org.",
        "zh": "邮箱地址无效。请输入类似 ada@example.org 的地址。",
    },
    "too_many": {
        "en": "Too many links were asked for. Try again in an hour.",
        "zh": "请求登录链接过于频繁，请一小时后再试。",
    },
    "confirm": {"en": "Confirm that it is you, and you are signed in.", "zh": "请点击下方按钮确认登录。"},
    "gone": {
        "en": "This link doesn't work any more: it was used, or it is older than 15 minutes.",
        "zh": "该链接已失效：可能已被使用，或已超过 15 分钟。",
    },
    "another": {"en": "Get another link", "zh": "重新获取链接"},
    "account": {"en": "Your account", "zh": "我的帐户"},
    "sign_out": {"en": "Sign out", "zh": "退出登录"},
    "roles": {"en": "Your roles", "zh": "您的角色"},
    "no_roles": {"en": "You hold no role yet.", "zh": "您目前没有任何角色。"},
    "acting": {"en": "in use", "zh": "当前使用"},
    "act": {"en": "Use this role", "zh": "切换到此角色"},
    "until": {"en": "until", "zh": "有效期至"},
    "sessions": {"en": "Where you are signed in", "zh": "已登录的设备"},
    "this": {"en": "this browser", "zh": "当前浏览器"},
    "last_used": {"en": "last used", "zh": "最近使用"},
    "unknown": {"en": "Unknown browser", "zh": "未知浏览器"},
    "end": {"en": "Sign out there", "zh": "退出该设备"},
    "everywhere": {"en": "Sign out everywhere", "zh": "退出所有设备"},
    "mail_subject": {"en": "Your link to sign in to Roadshow", "zh": "您的 Roadshow 登录链接"},
    "mail_text": {
        "en": "Open this link to sign in. It works once, for 15 minutes. If you didn't ask for it, do nothing.",
        "zh": "请打开以下链接登录。链接 15 分钟内有效，仅可使用一次。如非您本人操作，请忽略此邮件。",
    },
    "agree": {"en": "By going on you agree to the", "zh": "继续即表示您同意"},
    "notice": {"en": "privacy notice", "zh": "隐私声明"},
    "stop": {"en": ".", "zh": "。"},
    "invitation": {"en": "Invitation", "zh": "邀请"},
    "invited": {"en": "You are invited as", "zh": "您受邀担任"},
    "accept": {"en": "Accept", "zh": "接受邀请"},
    "accepted": {
        "en": "The role is yours. Sign in to use it.",
        "zh": "您已接受邀请，请登录后使用该角色。",
    },
    "over": {
        "en": "This invitation is over: it was accepted or taken back, or it has expired.",
        "zh": "该邀请已失效：可能已被接受、撤回或已过期。",
    },
    "invitation_subject": {"en": "You are invited to Roadshow", "zh": "Roadshow 邀请函"},
    "invitation_text": {
        "en": "You are invited to Roadshow as {role}{by}. Open this link to accept.",
        "zh": "{by}邀请您在 Roadshow 担任{role}。请打开以下链接接受邀请。",
    },
    "by": {"en": " by {name}", "zh": "{name} "},
    "ADMIN": {"en": "Administrator", "zh": "管理员"},
    "ORGANISER": {"en": "Organiser", "zh": "主办方"},
    "REVIEWER": {"en": "Reviewer", "zh": "评审"},
    "PLANNER": {"en": "Planner", "zh": "招商/规划人员"},
    "INVESTOR": {"en": "Investor", "zh": "投资人"},
    "TALENT": {"en": "Talent", "zh": "人才"},
    "INSTALLATION": {"en": "everything here", "zh": "全部"},
}


def text(name: str, language: str) -> str:
    """A text in one of the languages of the pages."""
    return TEXTS[name][language]


def invitation_text(role: str, by: str | None, language: str) -> str:
    """What the mail of an invitation says."""
    name = text("by", language).format(name=by) if by else ""
    return text("invitation_text", language).format(role=text(role, language).lower(), by=name)


def in_language(language: str) -> dict[str, Any]:
    """All texts in one language, for a template."""
    return {name: titles[language] for name, titles in TEXTS.items()}
