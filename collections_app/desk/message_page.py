"""The part of a case where a message is chosen and read before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.cases.models import Case
from collections_app.desk.case_page import reach_of
from collections_app.desk.message_form import MessageForm
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.verdicts import present
from collections_app.messages.queries import Place, places_of, wordings_for
from collections_app.messages.services import ask_before, preview_of
from core import clock
from notifications.outbox.preview import Preview
from notifications.templates.models import MessageTemplate


class Choice:
    """What may be sent from the case, and what of it is chosen: by whoever asks, else the first."""

    def __init__(self, case: Case) -> None:
        reach = reach_of(case)
        self.case = case
        self.places = places_of(reach.points, reach.addresses)
        reachable = {place.channel for place in self.places}
        self.wordings = [one for one in wordings_for(case) if one.channel in reachable]

    def form(self, asked: Mapping[str, str], data: Any = None) -> MessageForm:
        """Returns the form as the address asks for it, or bound to what was sent."""
        return MessageForm(
            data, wordings=self.wordings, places=self.places, chosen=self._chosen(asked)
        )

    def read(self, asked: Mapping[str, str]) -> tuple[MessageTemplate, Place] | None:
        """Returns what is chosen; nothing where there is nothing to choose from."""
        chosen = self._chosen(asked)
        wording = next((one for one in self.wordings if str(one.pk) == chosen["wording"]), None)
        place = next((one for one in self.places if one.key == chosen["place"]), None)
        return (wording, place) if wording is not None and place is not None else None

    def _chosen(self, asked: Mapping[str, str]) -> dict[str, str]:
        by_key = {str(one.pk): one for one in self.wordings}
        wording = by_key.get(asked.get("wording", ""))
        if wording is None:
            of_purpose = [one for one in self.wordings if one.purpose == asked.get("purpose")]
            of_channel = [one for one in self.wordings if one.channel == asked.get("channel")]
            wording = next(iter([*of_purpose, *of_channel, *self.wordings]), None)
        there = [one.key for one in self.places if wording and one.channel == wording.channel]
        place = asked.get("place", "")
        return {
            "wording": str(wording.pk) if wording else "",
            "place": place if place in there else next(iter(there), ""),
        }


def message_context(
    choice: Choice, form: MessageForm, asked: Mapping[str, str], *, refusal: str = ""
) -> dict[str, Any]:
    """What the part shows: the choice, the text as it would leave, and the gate's word."""
    case = choice.case
    context: dict[str, Any] = {
        "case": {"contract_no": case.loan.contract_no},
        "case_href": reverse("desk:case", args=[case.pk]),
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "message_href": reverse("desk:write_message", args=[case.pk]),
        "message_form": form,
        "message_refusal": refusal,
        "message_wordings": bool(choice.wordings),
        # Opened from the case: the reader's place is here now.
        "message_opened": "channel" in asked or "purpose" in asked,
    }
    chosen = choice.read(asked)
    if chosen is None:
        return context
    wording, place = chosen
    return {**context, **_read_before(case, wording, place)}


def _read_before(case: Case, wording: MessageTemplate, place: Place) -> dict[str, Any]:
    decision = ask_before(case=case, template=wording, place=place, at=clock.now())
    verdict = present(decision)
    try:
        found = preview_of(case=case, template=wording, place=place)
    except ValidationError as refusal:
        return {"message_verdict": verdict, "message_problem": " ".join(refusal.messages)}
    return {
        "message_verdict": verdict,
        "message_shown": {
            "subject": found.shown.subject,
            "body": found.shown.body,
            "lang": lang_of(found.shown.body),
            "size": _size(found),
            "to": place.masked,
        },
        "message_may_send": verdict.allows_contact,
    }


def _size(found: Preview) -> str:
    """How many parts the text takes and what they cost, as far as anybody said."""
    if found.parts is None:
        return ""
    words = {"parts": found.parts.parts, "encoding": found.parts.encoding}
    size = ngettext(
        "%(parts)d part, %(encoding)s", "%(parts)d parts, %(encoding)s", found.parts.parts
    )
    if found.cost is None:
        return size % words
    return _("%(size)s, costs %(cost)s") % {
        "size": size % words,
        "cost": f"{found.cost.normalize():f} {found.price_currency}",
    }
