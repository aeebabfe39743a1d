"""Recording what a person asked for, and ending it when they say otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.preferences.models import Preference, PreferenceKind, every_day
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.borrowers.models import ContactPlace, ContactPoint, Party

#: kind -> what it is said with; anything else said with it is refused.
PARTS: Final[dict[str, frozenset[str]]] = {
    PreferenceKind.INCONVENIENT_TIME: frozenset({"days", "opens", "closes"}),
    PreferenceKind.INCONVENIENT_PLACE: frozenset({"place", "contact_point"}),
    PreferenceKind.AGREED_HOURS: frozenset({"days", "opens", "closes"}),
    PreferenceKind.AGREED_CAP: frozenset({"rule", "count"}),
}


@transaction.atomic
def add_preference(
    *,
    party: Party,
    kind: str,
    source: str,
    starts_at: datetime,
    by: Actor,
    days: Collection[int] | None = None,
    opens: time | None = None,
    closes: time | None = None,
    place: str = "",
    contact_point: ContactPoint | None = None,
    rule: str = "",
    count: int | None = None,
    until: date | None = None,
    note: str = "",
) -> Preference:
    """Records one thing a person asked for; the same again, while in force, is a no-op.

    Raises ValidationError for an unknown kind, parts that do not go with it or are missing, a
    number of somebody else, no source, and a last day before the first.
    """
    parts: dict[str, Any] = {
        "days": sorted(set(days)) if days is not None else every_day(),
        "opens": opens,
        "closes": closes,
        "place": place,
        "contact_point": contact_point,
        "rule": rule.strip(),
        "count": count,
    }
    _check_said(kind, source, starts_at, until)
    check_parts(kind, parts)
    if contact_point is not None and contact_point.party_id != party.pk:
        raise ValidationError(_("This number or address belongs to somebody else."))
    refuse_card_numbers(note)
    # Two who write down the same at once: the second waits and finds it.
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)
    same = Preference.objects.filter(
        party=party, kind=kind, source=source, until=until, ended_at=None, **parts
    ).first()
    return same or _write(party, kind, parts, source, starts_at, until, note, by)


@transaction.atomic
def end_preference(*, preference: Preference, reason: str, by: Actor) -> Preference:
    """Ends a preference from now on. Raises ValidationError without a reason or when it is over."""
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why it no longer holds."))
    if len(reason) > 200:
        raise ValidationError(_("Say it in at most 200 characters."))
    preference = Preference.objects.select_for_update().get(pk=preference.pk)
    if preference.ended_at is not None:
        raise ValidationError(_("This was ended by %(by)s.") % {"by": preference.ended_by})
    preference.ended_at, preference.ended_by = clock.now(), by.label
    preference.ended_reason = reason
    preference.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    record(
        action="preference.ended",
        by=by,
        object_type="loans.Party",
        object_id=str(preference.party_id),
        reason=reason,
        data={"preference": str(preference.pk)},
    )
    return preference


def _write(
    party: Party,
    kind: str,
    parts: dict[str, Any],
    source: str,
    starts_at: datetime,
    until: date | None,
    note: str,
    by: Actor,
) -> Preference:
    preference = Preference(
        party=party,
        kind=kind,
        source=source,
        starts_at=starts_at,
        until=until,
        set_by=by.label,
        **parts,
    )
    if note.strip():
        preference.note = seal(
            key=party.data_key,
            plaintext=note.strip(),
            table=Preference._meta.db_table,
            column="note",
            row_id=preference.pk,
        )
    preference.save(force_insert=True)
    record(
        action="preference.added",
        by=by,
        object_type="loans.Party",
        object_id=str(party.pk),
        data={"preference": str(preference.pk), "kind": kind},
    )
    return preference


def _check_said(kind: str, source: str, starts_at: datetime, until: date | None) -> None:
    if kind not in PreferenceKind.values:
        raise ValidationError(
            _("%(kind)s is not a preference. Use one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(PreferenceKind.values)}
        )
    if not source.strip():
        raise ValidationError(_("Say where it comes from: a call, a letter, the contract."))
    if len(source) > 120:
        raise ValidationError(_("Say where it comes from in at most 120 characters."))
    if until is not None and until < starts_at.date():
        raise ValidationError(_("The last day lies before the first."))


def check_parts(kind: str, parts: dict[str, Any]) -> None:
    """Refuses what the kind cannot be said with, and a kind that says nothing."""
    nothing: dict[str, Any] = {"days": every_day(), "place": "", "rule": ""}
    said = {name for name, value in parts.items() if value != nothing.get(name)}
    if said - PARTS[kind]:
        raise ValidationError(
            _("This preference is not said with: %(names)s.")
            % {"names": ", ".join(sorted(said - PARTS[kind]))}
        )
    if not parts["days"] or not set(parts["days"]) <= set(every_day()):
        raise ValidationError(_("Choose at least one day of the week."))
    if parts["opens"] is not None and parts["opens"] == parts["closes"]:
        raise ValidationError(_("From and to are the same hour. Leave both empty for the day."))
    if kind == PreferenceKind.INCONVENIENT_TIME and not said:
        raise ValidationError(
            _("Never, on no day, is a person who asked us to stop: record that as a stop.")
        )
    if kind == PreferenceKind.AGREED_HOURS and not said & {"opens", "closes"}:
        raise ValidationError(_("Give the hours that were agreed."))
    if kind == PreferenceKind.INCONVENIENT_PLACE and (
        len(said) != 1 or parts["place"] not in ContactPlace.values
    ):
        raise ValidationError(_("Choose either a place or one number or address."))
    if kind == PreferenceKind.AGREED_CAP and said != PARTS[kind]:
        raise ValidationError(_("Give the rule and the number that were agreed."))
