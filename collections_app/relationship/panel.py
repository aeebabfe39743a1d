"""What a case page and the queue show of a relationship: the state, its reasons, what to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.relationship.flow import (
    HOT_FROM,
    STRAINED_FROM,
    WEIGHTS,
    WINDOW,
    Sign,
    Temperature,
)
from collections_app.relationship.models import RelationshipState

#: Signs told one by one; of what is older their number.
_MOST_TOLD: Final = 8
TONES: Final = {Temperature.STRAINED: "care", Temperature.HOT: "stop"}
#: How long a proposed hold is, in days.
HOLD_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class SignLine:
    """One reason: what happened, when, and what it adds to the heat or takes off it."""

    text: str
    when: str
    weight: int

    @property
    def cools(self) -> int:
        """How much it takes off the heat."""
        return max(0, -self.weight)


def relationship_facts() -> QuerySet[RelationshipState, Any]:
    """Returns state, heat and signs of the outer case's borrower, to be read along with it."""
    rows = RelationshipState.objects.filter(
        party=OuterRef("borrower"), portfolio=OuterRef("portfolio")
    ).order_by("pk")
    return rows.values(facts=JSONObject(state="state", heat="heat", signs="signs"))[:1]


def relationship_flag(facts: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Returns what a row of the queue shows; nothing while it is steady."""
    if not facts or facts["state"] == Temperature.STEADY:
        return None
    state = Temperature(facts["state"])
    return {
        "text": str(state.label),
        "tone": TONES[state],
        "why": ", ".join(_kinds(facts["signs"])),
    }


def _kinds(signs: list[Mapping[str, Any]]) -> list[str]:
    """The heating signs in words, each kind once, the latest first."""
    kinds = dict.fromkeys(one["sign"] for one in signs if WEIGHTS[Sign(one["sign"])] > 0)
    return [str(Sign(kind).label) for kind in kinds]


def relationship_context(
    case: Case,
    user: User,
    facts: Mapping[str, Any] | None,
    *,
    zone: tzinfo,
    message_href: str,
    has_guide: bool,
) -> dict[str, Any]:
    """Returns what `relationship/panel.html` shows; no query.

    Arguments: facts as read with the case; zone of the dates; message_href, where the person may be
    written to now, empty where nothing may be sent; has_guide, whether the page shows the guide.
    """
    state = Temperature(facts["state"]) if facts else Temperature.STEADY
    signs = facts["signs"] if facts else []
    heat = facts["heat"] if facts else 0
    return {
        "relationship": {
            "state": state.value,
            "name": str(state.label),
            "tone": TONES.get(state, ""),
            "heat": heat,
            "formula": formula_text(),
            "signs": [_line(one, zone) for one in signs[:_MOST_TOLD]],
            "older": _older(len(signs) - _MOST_TOLD),
            "proposals": []
            if state == Temperature.STEADY or case.state != CaseState.OPEN
            else proposals(case, user, state, message_href=message_href, has_guide=has_guide),
        }
    }


def formula_text() -> str:
    """Returns how heat is worked out, as it is printed beside it."""
    return _(
        "Signs of the last %(days)s days in the order of time, never below 0: strained from"
        " %(strained)s, hot from %(hot)s."
    ) % {"days": WINDOW.days, "strained": STRAINED_FROM, "hot": HOT_FROM}


def _line(one: Mapping[str, Any], zone: tzinfo) -> SignLine:
    at = datetime.fromisoformat(one["at"]).astimezone(zone)
    sign = Sign(one["sign"])
    return SignLine(text=str(sign.label), when=str(date_format(at, _("j M"))), weight=WEIGHTS[sign])


def _older(count: int) -> str:
    if count < 1:
        return ""
    return ngettext("%(count)d older sign", "%(count)d older signs", count) % {"count": count}


def proposals(
    case: Case, user: User, state: Temperature, *, message_href: str, has_guide: bool
) -> list[dict[str, str]]:
    """Returns what to try instead of pressing on, each with its button, where one may do it.

    Nothing of it happens by itself.
    """
    found = []
    if has_right(user, "plan.propose"):
        found.append(
            {
                "text": _("Ask what they can afford, and offer a plan they can keep."),
                "label": _("Talk about a plan"),
                "href": reverse("desk:hardship_talk", args=[case.pk]),
            }
        )
    elif has_guide:
        found.append(
            {
                "text": _("Speak of a plan they can keep; the guide has the words."),
                "label": _("To the guide"),
                "href": "#guide",
            }
        )
    if message_href:
        found.append(
            {
                "text": _("Write instead of calling: it presses less."),
                "label": _("Write"),
                "href": message_href,
            }
        )
    if voice := _another_voice(case, user):
        found.append(voice)
    if state == Temperature.HOT and has_right(user, "hold.manage"):
        text = ngettext(
            "Leave them in peace: no contact for %(days)d day.",
            "Leave them in peace: no contact for %(days)d days.",
            HOLD_DAYS,
        )
        found.append(
            {
                "text": text % {"days": HOLD_DAYS},
                "label": _("Hold contact"),
                "post": reverse("relationship:hold", args=[case.pk]),
            }
        )
    return found


def _another_voice(case: Case, user: User) -> dict[str, str] | None:
    """Who may move people chooses who speaks; who works them asks for somebody else."""
    text = _("Let them hear another voice.")
    if has_right(user, "case.assign"):
        href = f"{reverse('assignment:preview')}?case={case.pk}"
        return {"text": text, "label": _("Choose an agent"), "href": href}
    if has_right(user, "approval.request"):
        href = reverse("desk:another_agent", args=[case.pk])
        return {"text": text, "label": _("Ask for another agent"), "href": href}
    return None
