"""Every sentence for recipients, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

LANGUAGES = ("en", "zh")

TEXTS: dict[str, tuple[str, str]] = {
    "subject_one": ("One project for {name}: {first}", "为{name}推荐 1 个项目：{first}"),
    "subject": ("{count} projects for {name}: {first} and others", "为{name}推荐 {count} 个项目：{first}等"),
    "heading": ("Projects for {name}", "为{name}推荐的项目"),
    "intro_one": ("One new or changed project.", "1 个新项目或有变化的项目。"),
    "intro": (
        "{count} new or changed projects, best fit first.",
        "{count} 个新项目或有变化的项目，按契合度排列。",
    ),
    "learnt": ("What your answers changed", "您的反馈带来的变化"),
    "answers": (
        "Since the last list you liked {liked} and passed on {passed}.",
        "自上次推荐以来，您对 {liked} 个项目感兴趣，{passed} 个暂不考虑。",
    ),
    "fewer": (
        "{track}: {now} on your list instead of {before}: you passed on {answers}.",
        "{track}：清单中由 {before} 个减为 {now} 个，因为您对 {answers} 个暂不考虑。",
    ),
    "more": (
        "{track}: {now} on your list instead of {before}: you liked {answers}.",
        "{track}：清单中由 {before} 个增至 {now} 个，因为您对 {answers} 个感兴趣。",
    ),
    "fit": ("Fit {score} of 100", "契合度 {score}/100"),
    "why": ("Why", "推荐理由"),
    "changed": ("Changed since last time: {parts}.", "自上次以来有变化：{parts}。"),
    "asks": ("seeks {amount}", "融资需求 {amount}"),
    "fictional": ("Fictional demonstration record", "演示数据，纯属虚构"),
    "open": ("Details", "详情"),
    "interested": ("Interested", "感兴趣"),
    "pass": ("Pass", "暂不考虑"),
    "list": ("Your whole list", "完整清单"),
    "footer": (
        "You receive this because {address} is subscribed for {name}. Its links are personal, and answer links "
        "work for {days} days; please don't forward it.",
        "您收到此邮件是因为 {address} 为{name}订阅了推荐。邮件中的链接仅供您本人使用，"
        "反馈链接 {days} 天内有效，请勿转发。",
    ),
    "unsubscribe": ("Unsubscribe", "退订"),
    "confirm_subject": ("Confirm your subscription", "请确认订阅"),
    "confirm_text": (
        "Somebody, probably you, asked for a list of projects to be sent to this address. Nothing is sent until you "
        "confirm it.",
        "有人（很可能是您本人）申请将项目推荐发送到此邮箱。确认之前不会发送任何内容。",
    ),
    "confirm_ignore": (
        "If it wasn't you, ignore this message. The link works for {days} days.",
        "如非本人操作，请忽略本邮件。链接 {days} 天内有效。",
    ),
    "confirm": ("Confirm", "确认订阅"),
    "confirmed": (
        "The subscription is confirmed. The first digest comes on {when}.",
        "订阅已确认，首期将于 {when} 发送。",
    ),
    "confirm_ask": ("Send digests to {address}?", "确认向 {address} 发送推荐？"),
    "ping_subject": ("A test of your digest", "推荐邮件测试"),
    "ping_text": ("If you can read this, delivery works.", "如果您能看到这封邮件，说明投递正常。"),
    "unsubscribe_ask": (
        "Stop sending digests to {address}?",
        "确定不再向 {address} 发送推荐吗？",
    ),
    "unsubscribed": (
        "Nothing more will be sent to {address}.",
        "不会再向 {address} 发送任何内容。",
    ),
    "like_ask": ("Say that you are interested in {project}?", "确认对{project}感兴趣？"),
    "pass_ask": ("Pass on {project}?", "确认暂不考虑{project}？"),
    "reason": ("Why (optional)", "原因（可不填）"),
    "no_reason": ("No reason", "不说明原因"),
    "liked": ("Noted: you are interested in {project}.", "已记录：您对{project}感兴趣。"),
    "passed": ("Noted: you pass on {project}.", "已记录：您暂不考虑{project}。"),
    "undo": ("Undo", "撤销"),
    "undone": ("Your answer to {project} was withdrawn.", "已撤回对{project}的反馈。"),
    "expired": ("This link has expired. You can still open your list.", "链接已过期。您仍可随时查看清单。"),
    "invalid": ("This link is invalid or no longer works.", "链接无效或已作废。"),
    "gone": ("The project no longer exists.", "该项目已不存在。"),
    "digest": ("Digest", "推荐订阅"),
    "feed_title": ("Projects for {name}", "为{name}推荐的项目"),
}  # fmt: skip

PARTS: dict[str, tuple[str, str]] = {
    "name": ("name", "名称"),
    "summary": ("summary", "简介"),
    "description": ("description", "描述"),
    "status": ("status", "状态"),
    "tracks": ("tracks", "赛道"),
    "industries": ("industries", "产业"),
    "stage": ("stage", "融资阶段"),
    "technology": ("technology level", "技术水平"),
    "money": ("funding", "资金"),
    "awards": ("awards", "奖项"),
    "origin": ("origin", "来源地"),
    "website": ("website", "网站"),
}

STAGES: dict[str, tuple[str, str]] = {
    "IDEA": ("Idea", "创意"), "PRE_SEED": ("Pre-seed", "种子前"), "SEED": ("Seed", "种子轮"),
    "ANGEL": ("Angel", "天使轮"), "PRE_A": ("Pre-A", "Pre-A 轮"), "SERIES_A": ("Series A", "A 轮"),
    "SERIES_B": ("Series B", "B 轮"), "SERIES_C": ("Series C", "C 轮"),
    "SERIES_D_PLUS": ("Series D or later", "D 轮及以后"),
    "PRE_IPO": ("Pre-IPO", "上市前"), "PUBLIC": ("Public", "已上市"), "STRATEGIC": ("Strategic", "战略融资"),
    "GRANT": ("Grant", "资助"), "DEBT": ("Debt", "债权"),
}  # fmt: skip

REASONS: dict[str, tuple[str, str]] = {
    "OUT_OF_MANDATE": ("Outside the mandate", "不符合投资范围"),
    "STAGE": ("Too early or too late", "阶段不合适"),
    "GEOGRAPHY": ("Wrong location", "地域不合适"),
    "CHEQUE_SIZE": ("Wrong cheque size", "金额不合适"),
    "TERMS": ("The terms", "条款"),
    "TEAM": ("The team", "团队"),
    "MARKET": ("The market", "市场"),
    "TECHNOLOGY": ("The technology", "技术"),
    "TIMING": ("Wrong time", "时机不合适"),
    "PORTFOLIO_CONFLICT": ("Conflicts with the portfolio", "与已投项目冲突"),
    "ALREADY_KNOWN": ("Already known", "已经了解"),
    "OTHER": ("Another reason", "其他原因"),
}


def text(sentence: str, language: str, /, **values: object) -> str:
    """A sentence, with its values put in."""
    return _of(TEXTS[sentence], language).format(**values)


def label(table: Mapping[str, tuple[str, str]], value: str, language: str) -> str:
    """Return the name of an enum's value; an unknown value in plain words."""
    label_texts = table.get(value)
    return _of(label_texts, language) if label_texts else value.replace("_", " ").capitalize()


def joined(words: list[str], language: str) -> str:
    """Words as a list within a sentence."""
    return ("、" if language == "zh" else ", ").join(words)


def sentences(each: Sequence[str], language: str) -> str:
    """Join sentences; Chinese needs no blank between them."""
    return ("" if language == "zh" else " ").join(each)


def number(value: float, language: str) -> str:
    """Return a whole number as the language writes it."""
    return str(format_decimal(round(value), locale=language))


def money(amount: Mapping[str, Any], language: str) -> str:
    """Return an amount such as `¥5,000,000`."""
    from decimal import Decimal

    return str(
        format_currency(Decimal(str(amount["amount"])), amount["currency"], "¤#,##0", locale=language,
                        currency_digits=False)
    )  # fmt: skip


def day(moment: Any, language: str) -> str:
    """Return a date in words."""
    return str(format_date(moment, "long", locale=language))


def _of(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "zh" else pair[0]
