"""On which grounds a second person may let one contact pass, where a rule permits it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: A rule of a pack names those that its text knows, e.g. 12 CFR 1006.14(b)(2)(ii), comment 1.
GROUNDS: Final[dict[str, Promise]] = {
    "required_by_law": _("the law requires this contact"),
    "active_litigation": _("a lawsuit between the parties needs it"),
    "requested_information": _("the person asked for this information"),
    "dropped_settlement_call": _("a call about a settlement broke off"),
}


def ground_name(code: str) -> str:
    """Returns what a ground says; one of an older pack that is known no longer keeps its code."""
    return str(GROUNDS.get(code, code))
