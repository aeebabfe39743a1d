"""The words a person wrote in an e-mail, without what their program quoted of ours."""

from __future__ import annotations

import html
import re
from typing import Final

from django.utils.html import strip_tags

_QUOTED: Final = re.compile(r"^\s*[>＞]")
_SIGNATURE: Final = re.compile(r"^-- ?$")
#: From here on an earlier message is repeated whole.
_REPEATED: Final = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|原始邮件|转发的?邮件|回复的原邮件)"
    r"|_{10,}\s*$|begin forwarded message:)",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(r"^\s*(from|发件人|寄件者)\s*[:：]", re.IGNORECASE)
_NEXT_HEADER: Final = re.compile(
    r"^\s*(sent|date|to|subject|发送时间|日期|时间|收件人|主题)\s*[:：]",
    re.IGNORECASE,
)
#: "On 1 Dec 2026, Lender <a@b.example> wrote:", also broken over two lines.
_WROTE: Final = re.compile(
    r"^\s*(on\b[^\n]{0,200}\n?[^\n]{0,160}\bwrote\s*:|[^\n]{0,200}写道\s*[:：])\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY_TO: Final = re.compile(r"^\s*((re|aw|fwd?|wg|sv|回复|答复|转发)\s*[:：]\s*)+", re.IGNORECASE)
_UNSEEN: Final = re.compile(
    r"<(style|script|head|blockquote)\b.*?</\1\s*>|<div[^>]*gmail_quote.*",
    re.IGNORECASE | re.DOTALL,
)
_BREAK: Final = re.compile(r"<br\s*/?>|</(p|div|li|tr|h\d)\s*>", re.IGNORECASE)


def own_words(text: str) -> str:
    """Returns what the person wrote themselves; quoted lines and signatures are left out."""
    kept: list[str] = []
    lines = _without_attribution(text.replace("\r\n", "\n")).split("\n")
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        is_header = _HEADER.match(line) and _NEXT_HEADER.match(following)
        if _REPEATED.match(line) or _SIGNATURE.match(line) or is_header:
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def own_subject(subject: str) -> str:
    """Returns a subject the person wrote themselves; nothing for one that answers or forwards."""
    return "" if _REPLY_TO.match(subject) else " ".join(subject.split())


def text_of_html(source: str) -> str:
    """Returns a message that came as HTML alone as plain text, without what it quotes."""
    seen = _BREAK.sub("\n", _UNSEEN.sub("\n", source))
    lines = (" ".join(line.split()) for line in html.unescape(strip_tags(seen)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_attribution(text: str) -> str:
    """Drops the line that introduces a quotation, and all after it where nothing is marked."""
    found = _WROTE.search(text)
    if found is None:
        return text
    before, after = text[: found.start()], text[found.end() :]
    is_marked = any(_QUOTED.match(line) for line in after.split("\n"))
    return f"{before}\n{after}" if is_marked else before
