"""Texts around notifications, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

LANGUAGES = ("en", "zh")

TEXTS: dict[str, dict[str, str]] = {
    "open": {"en": "Open", "zh": "查看"},
    "why": {
        "en": "You receive this because “{kind}” is on for your Roadshow account.",
        "zh": "您收到此消息，是因为您的 Roadshow 账户开启了“{kind}”通知。",
    },
    "required": {
        "en": "This message concerns the security of your account and can't be turned off.",
        "zh": "此消息关系到您的账户安全，无法关闭。",
    },
    "unsubscribe": {"en": "Stop these e-mails", "zh": "关闭此类邮件"},
    "preferences": {"en": "Notification settings", "zh": "通知设置"},
    "notifications": {"en": "Notifications", "zh": "通知"},
    "none": {"en": "There are no notifications yet.", "zh": "暂无通知。"},
    "how": {"en": "How you are notified", "zh": "接收方式"},
    "kind": {"en": "Notification", "zh": "通知类型"},
    "always": {"en": "always", "zh": "始终发送"},
    "save": {"en": "Save", "zh": "保存"},
    "saved": {"en": "Saved.", "zh": "已保存。"},
    "addresses": {"en": "Addresses", "zh": "接收地址"},
    "address_of": {"en": "Address for {channel}", "zh": "{channel}地址"},
    "paused": {"en": "Sending is paused: {why} Save the address again to resume.",
               "zh": "已暂停发送：{why}重新保存地址即可恢复。"},
    "secret": {"en": "Signing secret", "zh": "签名密钥"},
    "feed": {
        "en": "Your feed, for a feed reader. Anybody with this address can read it.",
        "zh": "您的订阅源地址，可添加到阅读器。任何知道该地址的人都可以读取。",
    },
    "new_feed": {"en": "New address; the old one stops working", "zh": "更换地址（原地址失效）"},
    "ask": {
        "en": "Stop e-mails about “{kind}”?",
        "zh": "确定不再接收“{kind}”邮件吗？",
    },
    "stopped": {"en": "You will no longer get e-mails about “{kind}”.", "zh": "您将不再收到“{kind}”邮件。"},
    "invalid": {"en": "This link is invalid.", "zh": "链接无效。"},
    "preview": {"en": "Preview of notifications", "zh": "通知预览"},
    "feed_title": {"en": "Roadshow: notifications for {name}", "zh": "Roadshow：{name}的通知"},
}  # fmt: skip

STAGES: dict[str, tuple[str, str]] = {
    "SUGGESTED": ("it was proposed that they talk", "已获推荐"),
    "SHORTLISTED": ("the project is on a short list", "项目已列入短名单"),
    "CONTACTED": ("one side has approached the other", "双方已建立联系"),
    "MUTUAL_INTEREST": ("both sides want to talk", "双方均有意洽谈"),
    "MEETING_SCHEDULED": ("a meeting has been arranged", "已约定见面"),
    "MET": ("they have met for preliminary talks", "双方已初步洽谈"),
    "INTENT": ("they have declared an intention", "双方已表达意向"),
    "NEGOTIATION": ("they are negotiating", "双方正在洽谈"),
    "DUE_DILIGENCE": ("the project is under due diligence", "项目已进入尽职调查"),
    "TERM_SHEET": ("terms are in writing", "条款已拟定"),
    "SIGNED": ("a contract is signed", "双方已签约"),
    "LANDED": ("the project has settled in the place", "项目已落地"),
    "FUNDED": ("the money was paid", "资金已到位"),
    "TRACKING": ("the agreement is being followed up", "已进入跟踪阶段"),
    "PASSED": ("the other side decided against it", "对方暂不考虑"),
    "ON_HOLD": ("they are paused", "洽谈暂停"),
    "EXPIRED": ("a deadline has passed", "期限已过"),
    "TERMINATED": ("they were broken off", "洽谈已终止"),
}
"""How far talks have come, in English and Chinese: what follows "The talks have moved on: "."""


def text(name: str, language: str, /, **values: object) -> str:
    """Return a text with its values put in."""
    return TEXTS[name][language].format(**values)


def language_for(languages: Sequence[str]) -> str:
    """Return the first of a person's languages that texts exist in, else English."""
    spoken = (each.lower().partition("-")[0] for each in languages)
    return next((each for each in spoken if each in LANGUAGES), LANGUAGES[0])
