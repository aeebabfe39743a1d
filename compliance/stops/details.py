"""What each kind of stop is recorded with, beyond since when and from where. The rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.stops.models import StopKind

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of a kind: a text, a day, or one of some words. `asked`: forms insist on it."""

    name: str
    label: Promise
    shape: str = "text"
    words: Mapping[str, str | Promise] = field(default_factory=dict)
    asked: bool = False

    def read(self, value: Any) -> str:
        """Returns the value as stored; raises ValidationError naming it and what was wanted."""
        if self.shape == "day":
            return self._day(value)
        text = str(value).strip()
        if self.words and text not in self.words:
            raise ValidationError(
                _("%(name)s is one of: %(known)s.")
                % {"name": self.label, "known": ", ".join(self.words)}
            )
        if len(text) > LONGEST:
            raise ValidationError(
                _("%(name)s has at most %(most)d characters.")
                % {"name": self.label, "most": LONGEST}
            )
        return text

    def _day(self, value: Any) -> str:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(
                _("%(name)s is a day, such as 2026-11-23.") % {"name": self.label}
            ) from None
        return day.isoformat()


_WAYS: Final = {
    "letter": gettext_lazy("letter"),
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("SMS"),
    "call": gettext_lazy("call"),
    "visit": gettext_lazy("in person"),
}

#: kind -> its facts. No word here says anything of health or circumstances: that is in the note.
DETAILS: Final[dict[str, tuple[Detail, ...]]] = {
    # In writing it ends contact under 12 CFR 1006.6(c), and counts from its receipt.
    StopKind.CEASE: (Detail("received_by", gettext_lazy("received by"), words=_WAYS, asked=True),),
    # 12 CFR 1006.38: a written dispute stops collection until the verification is sent.
    StopKind.DISPUTE: (
        Detail("received_by", gettext_lazy("received by"), words=_WAYS, asked=True),
        Detail("about", gettext_lazy("what is disputed")),
        Detail("complaint", gettext_lazy("complaint")),
    ),
    StopKind.COMPLAINT: (Detail("complaint", gettext_lazy("complaint")),),
    StopKind.ATTORNEY: (
        Detail("name", gettext_lazy("name of the lawyer"), asked=True),
        Detail("firm", gettext_lazy("law firm")),
    ),
    # 11 USC 1301: under chapter 13 the stay also protects whoever owes a consumer debt along.
    StopKind.BANKRUPTCY: (
        Detail("chapter", gettext_lazy("chapter"), words={n: n for n in ("7", "11", "12", "13")}),
        Detail("court", gettext_lazy("court")),
        Detail("case_number", gettext_lazy("case number")),
        Detail("filed_on", gettext_lazy("filed on"), shape="day"),
    ),
    # Debt Respite Scheme Regulations 2020: a crisis one has no fixed end.
    StopKind.BREATHING_SPACE: (
        Detail(
            "type",
            gettext_lazy("type"),
            words={
                "standard": gettext_lazy("standard, 60 days"),
                "mental_health": gettext_lazy("mental health crisis"),
            },
            asked=True,
        ),
        Detail("adviser", gettext_lazy("debt adviser")),
        Detail("register_ref", gettext_lazy("number in the register")),
    ),
    StopKind.DECEASED: (
        Detail("died_on", gettext_lazy("died on"), shape="day"),
        Detail("represented_by", gettext_lazy("executor or next of kin")),
    ),
    StopKind.HARDSHIP: (Detail("review_on", gettext_lazy("looked at again on"), shape="day"),),
    StopKind.VULNERABLE: (
        Detail("review_on", gettext_lazy("looked at again on"), shape="day"),
        Detail(
            "incapacitated",
            gettext_lazy("cannot act for themselves"),
            words={"yes": gettext_lazy("yes")},
        ),
    ),
    # 50 USC 3952: what counts is whether contract and first payment came before the service.
    StopKind.MILITARY: (
        Detail("service_from", gettext_lazy("service since"), shape="day"),
        Detail("service_until", gettext_lazy("service until"), shape="day"),
        Detail("checked_with", gettext_lazy("checked with")),
    ),
    # 940 CMR 7.04(1): spoken it holds for ten days, in writing until taken back.
    StopKind.EMPLOYER_PROHIBITS: (
        Detail(
            "how",
            gettext_lazy("how we know"),
            words={"oral": gettext_lazy("spoken"), "written": gettext_lazy("in writing")},
            asked=True,
        ),
    ),
    # Set by the stage of proceedings: `closes` names ways of contact, parted by spaces.
    StopKind.PROCEEDINGS: (
        Detail("number", gettext_lazy("proceedings")),
        Detail("closes", gettext_lazy("ways it closes")),
    ),
    StopKind.TIME_BARRED: (Detail("barred_on", gettext_lazy("barred since"), shape="day"),),
}


def details_of(kind: str) -> tuple[Detail, ...]:
    """Returns what a kind of stop is recorded with."""
    return DETAILS.get(kind, ())


def read_details(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Returns the details of a stop as stored, without empty ones.

    Raises ValidationError for a name the kind does not have, or a value that is not what it wants.
    """
    known = {detail.name: detail for detail in details_of(kind)}
    strangers = sorted(set(values) - set(known))
    if strangers:
        raise ValidationError(
            _("A stop of this kind has no %(names)s. It has: %(known)s.")
            % {"names": ", ".join(strangers), "known": ", ".join(known) or "–"}
        )
    return {
        name: known[name].read(value) for name, value in values.items() if value not in (None, "")
    }
