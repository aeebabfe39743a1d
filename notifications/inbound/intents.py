"""What a reply asks for: only what is plain is acted on, everything else is for a person."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from notifications.inbound.models import Intent

#: Keywords of the TCPA order (47 CFR 64.1200(a)(10)) and of Chinese operators, as whole messages.
_OPT_OUT: Final = frozenset(
    {
        *("stop", "stopall", "stop all", "quit", "end", "revoke", "opt out", "optout", "opt-out"),
        *("cancel", "unsubscribe", "arret", "baja"),
        *(
            "退订",
            "退订回t",
            "t",
            "td",
            "n",
            "r",
            "拒收",
            "取消订阅",
            "不要再发",
            "别再发了",
            "停止发送",
        ),
    }
)
_OPT_IN: Final = frozenset({"start", "unstop", "subscribe", "订阅", "恢复"})
_STOP_INSIDE: Final = re.compile(
    r"\b(stop (texting|messaging|contacting|calling)|do not (text|message|contact)"
    r"|don'?t (text|message|contact)|unsubscribe me|leave me alone)\b|退订|不要再(发|联系|骚扰)"
)
_PAID: Final = re.compile(
    r"\b(i('ve| have)? (already )?paid|already paid|payment (is )?(made|sent)|just paid)\b"
    r"|已还|已经还|还款了|已付|已经付|已转账|还清"
)
_CALL_ME: Final = re.compile(
    r"\b(call me|please call|give me a call|ring me)\b|给我打电话|打给我|请致电|回电|联系我"
)


def intent_of(text: str) -> Intent:
    """Returns what a message asks for. A wish to stop goes before everything else in it."""
    words = _plain(text)
    if words in _OPT_OUT or _STOP_INSIDE.search(words):
        return Intent.OPT_OUT
    if words in _OPT_IN:
        return Intent.OPT_IN
    if _PAID.search(words):
        return Intent.PAID
    if _CALL_ME.search(words):
        return Intent.CALL_ME
    return Intent.OTHER


def _plain(text: str) -> str:
    """Folds width, case and accents, drops punctuation at the ends: ＳＴＯＰ！ is stop."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    bare = unicodedata.normalize("NFC", bare).replace("\u2019", "'")
    return " ".join(bare.strip(" \t\r\n.!?。！？,，\"'“”").split())
