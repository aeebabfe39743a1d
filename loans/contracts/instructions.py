"""How to pay, said in a language: which words, and what names the payment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loans.contracts.models import InstructionKind

#: What names a payment, in a text or a link.
REFERENCE: Final = "{reference}"
#: Ways that are a page of a payment provider; no card is ever entered here.
LINKS: Final = frozenset(
    {InstructionKind.CARD_LINK, InstructionKind.ALIPAY, InstructionKind.WECHAT}
)


@dataclass(frozen=True, slots=True)
class WayToPay:
    """One way to pay, in words; `href` where it is a link."""

    kind: str
    label: str
    text: str
    href: str


def ways_to_pay(
    rows: Iterable[Mapping[str, Any]], *, language: str, reference: str
) -> list[WayToPay]:
    """Returns the ways of a loan in a language: its own where it has some, else the portfolio's.

    Arguments: rows, facts of instructions in use (`kind label label_zh text text_zh loan`), those
    of the portfolio and of the loan; reference, what names the payment. Where a language has no
    words, those of the other are said.
    """
    facts = list(rows)
    own = [row for row in facts if row["loan"] is not None]
    return [_way(row, language, reference) for row in own or facts]


def _way(row: Mapping[str, Any], language: str, reference: str) -> WayToPay:
    is_chinese = language.startswith("zh")
    label, text = (
        ((row[f"{name}_zh"] if is_chinese else "") or row[name]).replace(REFERENCE, reference)
        for name in ("label", "text")
    )
    return WayToPay(row["kind"], label, text, href=text if row["kind"] in LINKS else "")
