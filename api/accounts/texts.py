"""Texts of the account pages and mails, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
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
    "corrections": {"en": "Corrections: your requests, and those to decide on", "zh": "更正申请：您提交的与待您处理的"},
    "jobs": {"en": "Your jobs: exports and imports", "zh": "您的任务：导出与导入"},
    "notifications": {"en": "Notifications and how you receive them", "zh": "通知与接收设置"},
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
    "with_provider": {"en": "Sign in with {provider}", "zh": "使用{provider}登录"},
    "or_by_link": {"en": "Or by a link in a mail:", "zh": "或通过邮件链接登录："},
    "providers": {"en": "Other ways to sign in", "zh": "其他登录方式"},
    "link": {"en": "Link", "zh": "关联"},
    "unlink": {"en": "Remove the link", "zh": "解除关联"},
    "linked": {"en": "linked", "zh": "已关联"},
    "link_title": {"en": "Link your account", "zh": "关联账户"},
    "link_question": {
        "en": "{provider} knows you as {known_as}. Link that to the account in which you are signed in here? "
        "Whoever signs in there then gets into this account.",
        "zh": "您在{provider}的身份是 {known_as}。是否关联到当前登录的账户？关联后，使用该身份即可登录此账户。",
    },
    "signed_out": {"en": "Signed out", "zh": "已退出"},
    "signed_out_here": {"en": "You are signed out of Roadshow.", "zh": "您已退出 Roadshow。"},
    "signed_out_there": {"en": "Sign out of {provider} too", "zh": "同时退出{provider}"},
    "unknown_provider": {"en": "This provider", "zh": "该登录方式"},
    "provider_unknown": {"en": "There is no such way to sign in.", "zh": "没有这种登录方式。"},
    "provider_unreachable": {
        "en": "{provider} can't be used just now. Try again later, or sign in by a link in a mail.",
        "zh": "{provider}暂时无法使用，请稍后再试，或通过邮件链接登录。",
    },
    "provider_too_many": {
        "en": "Too many attempts from your network. Try again in an hour.",
        "zh": "您所在网络的尝试次数过多，请一小时后再试。",
    },
    "provider_lost": {
        "en": "This return from {provider} belongs to no sign-in of this browser, or took too long. Begin again.",
        "zh": "此次{provider}登录与当前浏览器不符或已超时，请重新开始。",
    },
    "provider_refused": {"en": "{provider} didn't sign you in.", "zh": "{provider}未完成登录。"},
    "provider_unlinked": {
        "en": "No account here is linked to you at {provider}. Sign in by a link in a mail, "
        "then link your account on its page.",
        "zh": "您在{provider}的身份尚未关联账户。请先通过邮件链接登录，再到账户页面关联。",
    },
    "provider_not_linked": {
        "en": "Nothing was linked: it took too long, or one of the two is linked already. Begin again on the "
        "page of your account.",
        "zh": "关联失败：可能已超时，或其中一方已关联。请在账户页面重试。",
    },
    "second_step": {"en": "Two-step verification", "zh": "两步验证"},
    "code": {"en": "Code", "zh": "验证码"},
    "code_due": {
        "en": "Enter the six-digit code that your authenticator app shows, or one of your recovery codes.",
        "zh": "请输入身份验证器应用显示的 6 位验证码，或任一备用恢复码。",
    },
    "code_lost": {
        "en": "If you have lost your phone and your recovery codes, ask an administrator to reset this step.",
        "zh": "如手机和恢复码均已丢失，请联系管理员重置两步验证。",
    },
    "wrong_code": {
        "en": "This code isn't right, or has been used already. Wait for the next one, and check your phone's clock.",
        "zh": "验证码错误或已被使用。请等待下一个验证码，并检查手机时间是否准确。",
    },
    "too_many_codes": {
        "en": "Too many wrong codes. Try again in 15 minutes.",
        "zh": "验证码错误次数过多，请 15 分钟后再试。",
    },
    "second_step_off": {
        "en": "Two-step verification is off. With it, signing in also takes a code from an app on your phone.",
        "zh": "两步验证未开启。开启后，登录时还需输入手机应用生成的验证码。",
    },
    "second_step_required": {
        "en": "Organisers and administrators need it: until it is on, you can't use those roles.",
        "zh": "主办方和管理员必须开启；开启前无法使用相应角色。",
    },
    "second_step_on": {"en": "Two-step verification is on.", "zh": "两步验证已开启。"},
    "set_up": {"en": "Set it up", "zh": "开始设置"},
    "scan": {
        "en": "Scan this picture with an authenticator app, then enter the code that it shows.",
        "zh": "请用身份验证器应用扫描二维码，然后输入应用显示的验证码。",
    },
    "qr_code": {"en": "QR code with the key below", "zh": "包含下方密钥的二维码"},
    "or_type": {"en": "Or type this key into the app:", "zh": "或在应用中手动输入密钥："},
    "confirm_code": {"en": "Turn it on", "zh": "开启"},
    "keep_codes": {
        "en": "Keep these recovery codes in a safe place; they aren't shown again. Each works once, "
        "in place of a code from the app.",
        "zh": "请妥善保存以下恢复码，它们不会再次显示。每个恢复码可代替验证码使用一次。",
    },
    "codes_left": {"en": "Recovery codes left: {count}.", "zh": "剩余恢复码：{count} 个。"},
    "renew_codes": {"en": "New recovery codes", "zh": "重新生成恢复码"},
    "remove_second_step": {"en": "Turn off two-step verification", "zh": "关闭两步验证"},
    "roles_wait": {
        "en": "You also hold roles that need two-step verification. Set it up to use them:",
        "zh": "您的部分角色须开启两步验证后方可使用：",
    },
    "invitations": {"en": "Invitations", "zh": "邀请管理"},
    "members": {"en": "Members and roles", "zh": "成员与角色"},
    "no_members": {"en": "There are no roles that you may end.", "zh": "暂无您可以终止的角色。"},
    "change_role": {"en": "Change", "zh": "操作"},
    "end_role": {"en": "End role", "zh": "终止角色"},
    "ended": {"en": "The role and its keys have ended.", "zh": "角色已终止，其密钥已失效。"},
    "hand_over_title": {"en": "Hand over a leaver's roles", "zh": "离任交接"},
    "hand_over_how": {
        "en": "The successor gets all of the leaver's roles, and the leaver is signed out. Invite the successor first.",
        "zh": "接任者将获得离任者的全部角色，离任者将在所有设备上退出登录。请先邀请接任者。",
    },
    "leaver": {"en": "Who leaves", "zh": "离任者"},
    "successor": {"en": "Who takes over", "zh": "接任者"},
    "hand_over_check": {"en": "The successor will hold these roles:", "zh": "接任者将拥有以下角色："},
    "hand_over": {"en": "Hand over", "zh": "确认交接"},
    "handed_over": {"en": "All roles have been handed over.", "zh": "全部角色已移交。"},
    "may_not_invite": {
        "en": "Your current role can't invite people or end roles. Switch to another role on the account page.",
        "zh": "您当前的角色无权邀请他人或终止角色，请在账户页面切换角色。",
    },
    "role": {"en": "Role", "zh": "角色"},
    "scope": {"en": "Scope", "zh": "适用范围"},
    "scope_id": {
        "en": "or the id of a place, investor, talent, organisation or project",
        "zh": "或填写地区、投资人、人才、机构或项目的 ID",
    },
    "days": {"en": "Days until the invitations expire", "zh": "邀请有效天数"},
    "role_ends": {"en": "Last day of the role (UTC, optional)", "zh": "角色有效期至（含当日，UTC，选填）"},
    "people": {"en": "E-mail addresses, one per line", "zh": "电子邮箱，每行一个"},
    "file": {
        "en": "or a spreadsheet with columns email, name and language",
        "zh": "或上传表格，包含“邮箱”“姓名”“语言”列",
    },
    "check_first": {"en": "Check", "zh": "核对名单"},
    "check": {
        "en": "Nothing has been sent yet. These people will be invited as",
        "zh": "邀请尚未发出。以下人员将受邀担任",
    },
    "invite_count": {"en": "Invite {count}", "zh": "发出 {count} 份邀请"},
    "left_out": {"en": "Rows that can't be used are left out: {count}.", "zh": "无法识别的行将被跳过，共 {count} 行。"},
    "cancel": {"en": "Cancel", "zh": "取消"},
    "row": {"en": "Row", "zh": "行"},
    "name": {"en": "Name", "zh": "姓名"},
    "language": {"en": "Language", "zh": "语言"},
    "expires": {"en": "Expires", "zh": "有效期至"},
    "state": {"en": "State", "zh": "状态"},
    "state_open": {"en": "open", "zh": "待接受"},
    "state_expired": {"en": "expired", "zh": "已过期"},
    "state_accepted_at": {"en": "accepted", "zh": "已接受"},
    "state_revoked_at": {"en": "withdrawn", "zh": "已撤回"},
    "resend": {"en": "Send again", "zh": "重新发送"},
    "withdraw": {"en": "Withdraw", "zh": "撤回"},
    "listed_open": {"en": "Open invitations", "zh": "待接受的邀请"},
    "listed_all": {"en": "All invitations", "zh": "全部邀请"},
    "show_open": {"en": "Only open ones", "zh": "仅看待接受"},
    "show_all": {"en": "Show accepted, withdrawn and expired ones too", "zh": "查看全部，含已接受、已撤回和已过期"},
    "more": {"en": "More", "zh": "更多"},
    "no_invitations": {"en": "There are none.", "zh": "暂无邀请。"},
    "sent_all": {"en": "The invitations are on their way.", "zh": "邀请已发出。"},
    "resent": {
        "en": "The invitation has been sent again. Its old link no longer works.",
        "zh": "邀请已重新发送，原链接失效。",
    },
    "revoked": {"en": "The invitation has been withdrawn.", "zh": "邀请已撤回。"},
    "nobody": {
        "en": "Nobody can be invited: enter an e-mail address, or choose a spreadsheet.",
        "zh": "没有可邀请的人员：请填写邮箱，或选择表格文件。",
    },
    "bad_scope_id": {
        "en": "This isn't the id of a scope. It begins with one of {prefixes}.",
        "zh": "适用范围的 ID 无效，应以 {prefixes} 之一开头。",
    },
    "other_scope": {
        "en": "The role “{role}” can be given for: {scopes}. Choose such a scope.",
        "zh": "“{role}”的适用范围只能是：{scopes}，请重新选择。",
    },
    "bad_days": {"en": "Invitations can be valid for 1 to 365 days.", "zh": "邀请有效期应为 1 至 365 天。"},
    "bad_end": {"en": "The last day of the role must be today or later.", "zh": "角色有效期须为今天或之后的日期。"},
    "row_without_email": {"en": "“{value}” has no e-mail address.", "zh": "“{value}”没有填写邮箱。"},
    "row_bad_email": {
        "en": "“{value}” isn't an e-mail address; write one such as ada@example.org.",
        "zh": "“{value}”不是有效的邮箱，请填写形如 ada@example.org 的地址。",
    },
    "row_bad_language": {
        "en": "“{value}” isn't a language of our mail; give en or zh.",
        "zh": "邮件不支持语言“{value}”，请填 en 或 zh。",
    },
    "row_repeated": {"en": "{value} is in an earlier row.", "zh": "{value} 与前面的行重复。"},
    "SCOPE_INSTALLATION": {"en": "All of Roadshow", "zh": "整个平台"},
    "SCOPE_PROGRAMME": {"en": "Programmes", "zh": "活动计划"},
    "SCOPE_SERIES": {"en": "Event series", "zh": "系列活动"},
    "SCOPE_EDITION": {"en": "Editions", "zh": "届次"},
    "SCOPE_TRACK": {"en": "Tracks", "zh": "赛道"},
    "SCOPE_PLACE": {"en": "Places", "zh": "地区"},
    "SCOPE_INVESTOR": {"en": "Investors", "zh": "投资人"},
    "SCOPE_TALENT": {"en": "Talents", "zh": "人才"},
    "SCOPE_PROJECT": {"en": "Projects", "zh": "项目"},
    "SCOPE_ORGANISATION": {"en": "Organisations", "zh": "机构"},
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


def add_titles(roles: Mapping[str, Mapping[str, str]], scopes: Mapping[str, Mapping[str, str]]) -> None:
    """Make what plugins call their roles and scopes known to this process."""
    TEXTS.update({name: dict(titles) for name, titles in roles.items()})
    TEXTS.update({f"SCOPE_{name}": dict(titles) for name, titles in scopes.items()})


def invitation_text(role: str, by: str | None, language: str) -> str:
    """Write the text of an invitation's mail; `by` is who invites."""
    name = "invitation_text_by" if by else "invitation_text"
    return text(name, language).format(role=text(role, language).lower(), by=by)


def in_language(language: str) -> dict[str, Any]:
    """Return all texts in one language, for a template."""
    return {name: titles[language] for name, titles in TEXTS.items()}
