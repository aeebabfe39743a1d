"""What a dossier says of contacts: each attempt with its verdict, reasons and law; each refusal."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from compliance.attempts.models import Attempt, Incident, Settlement, Verdict
from compliance.oversight.reasons import reasons_of
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject


def _of(subject: Subject) -> Q:
    """Contacts with the person, and with others about the loans they are the borrower of."""
    mine = Q(party=subject.party, portfolio__in=subject.portfolios)
    return mine | Q(about__loan__in=subject.own_loans)


def attempts(subject: Subject) -> Section:
    """Every attempt to reach the person, and others about their loans, with the gate's answer."""
    found = list(
        Attempt.objects.filter(_of(subject))
        .distinct()
        .select_related("party__data_key", "contact_point", "verdict", "override", "incident")
        .prefetch_related("about", "settlements")
        .order_by("at", "pk")
    )
    for attempt in found:
        if attempt.contact_point is not None:
            attempt.contact_point.party = attempt.party
    settled = [row.pk for attempt in found for row in attempt.settlements.all()]
    return Section(
        key="contact-attempts",
        heading=_("Contact attempts"),
        columns=[
            Column(_("at")),
            Column(_("way")),
            Column(_("direction")),
            Column(_("to or from")),
            Column(_("number"), kind="id"),
            Column(_("about"), kind="id"),
            Column(_("purpose")),
            Column(_("who speaks")),
            Column(_("made by")),
            Column(_("permission")),
            Column(_("reasons")),
            Column(_("citations")),
            Column(_("rule packs")),
            Column(_("how it ended")),
            Column(_("incident")),
            Column(_("attempt"), kind="id"),
        ],
        rows=[_attempt(subject, attempt) for attempt in found],
        records={
            "compliance.Attempt": [attempt.pk for attempt in found],
            "compliance.AttemptLoan": [row.pk for one in found for row in one.about.all()],
            "compliance.Settlement": settled,
            "compliance.Verdict": [one.verdict_id for one in found if one.verdict_id],
            "compliance.Incident": [
                incident.pk for one in found if (incident := _incident(one)) is not None
            ],
        },
    )


def _attempt(subject: Subject, attempt: Attempt) -> Row:
    verdict = attempt.verdict
    return (
        attempt.at,
        str(attempt.get_channel_display()),
        str(attempt.get_direction_display()),
        subject.who(attempt.party_id),
        subject.number(attempt.contact_point),
        subject.contracts(row.loan_id for row in attempt.about.all()),
        str(attempt.get_purpose_display()),
        str(attempt.get_mode_display()),
        attempt.made_by,
        _permission(attempt),
        _reasons(verdict),
        _citations(verdict),
        _packs(verdict),
        _ended(sorted(attempt.settlements.all(), key=lambda row: row.sequence)),
        _told(_incident(attempt)),
        str(attempt.pk),
    )


def _permission(attempt: Attempt) -> str:
    if attempt.verdict is not None:
        if attempt.override is not None:
            return _("refused, let pass by a second person: %(ground)s") % {
                "ground": attempt.override.factor
            }
        return _("allowed") if attempt.verdict.is_allowed else _("refused")
    if attempt.is_unsanctioned:
        return _("none: made without asking the gate")
    if attempt.is_history:
        return _("none: made before this system was used")
    return _("none needed: from the person")


def _reasons(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return "; ".join(f"{reason.code}: {reason.sentence}" for reason in reasons_of(verdict))


def _citations(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    cited = [reason.citation for reason in reasons_of(verdict)]
    counted = [str(counter.get("citation", "")) for counter in verdict.used]
    return "; ".join(dict.fromkeys(filter(None, [*cited, *counted])))


def _packs(verdict: Verdict | None) -> str:
    return ", ".join(map(str, verdict.rule_packs)) if verdict is not None else ""


def _ended(settlements: Iterable[Settlement]) -> str:
    return "; ".join(
        f"{row} ({row.settled_by})" if row.settled_by else str(row) for row in settlements
    )


def _incident(attempt: Attempt) -> Incident | None:
    return getattr(attempt, "incident", None)


def _told(incident: Incident | None) -> Said:
    if incident is None:
        return Said("")
    return Said("; ".join(filter(None, [incident.reason, incident.conclusion])))


def refusals(subject: Subject) -> Section:
    """Contacts the gate refused, which therefore were never made."""
    found = list(
        Verdict.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
        .filter(attempt__isnull=True)
        .order_by("at", "pk")
    )
    return Section(
        key="refusals",
        heading=_("Contacts that were refused and not made"),
        columns=[
            Column(_("at")),
            Column(_("way")),
            Column(_("asked by")),
            Column(_("answer")),
            Column(_("reasons")),
            Column(_("citations")),
            Column(_("rule packs")),
            Column(_("next allowed")),
            Column(_("verdict"), kind="id"),
        ],
        rows=[
            (
                verdict.at,
                str(verdict.get_channel_display()),
                verdict.asked_by,
                _("allowed") if verdict.is_allowed else _("refused"),
                _reasons(verdict),
                _citations(verdict),
                _packs(verdict),
                verdict.next_allowed_at,
                str(verdict.pk),
            )
            for verdict in found
        ],
        records={"compliance.Verdict": [verdict.pk for verdict in found]},
    )
