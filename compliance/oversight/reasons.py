"""The reasons a verdict keeps, as sentences: read years later, whatever became of the rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from compliance.attempts.models import Verdict
from compliance.gate.citations import citation_text
from compliance.gate.facts import Effect
from compliance.gate.sentences import event_sentence, reason_sentence
from compliance.rulepacks.models import Binding
from loans.borrowers.presentation import lang_of


@dataclass(frozen=True, slots=True)
class Reason:
    """One objection of a verdict. `opens_at` or `release` says what lifts it."""

    code: str
    sentence: str
    citation: str
    pack: str
    binding: str
    denies: bool
    opens_at: dt.datetime | None
    release: str
    factors: tuple[str, ...]

    @property
    def citation_lang(self) -> str:
        """The language of the text that is cited, which need not be that of the page."""
        return lang_of(self.citation)


def reasons_of(verdict: Verdict) -> list[Reason]:
    """Returns every objection, those that deny first."""
    found = [_reason(finding) for finding in verdict.findings]
    return sorted(found, key=lambda reason: not reason.denies)


def denials_of(verdict: Verdict) -> list[Reason]:
    """Returns the objections that denied the contact."""
    return [reason for reason in reasons_of(verdict) if reason.denies]


def shared_factors(verdict: Verdict) -> list[str]:
    """Returns the grounds on which every rule that denied lets a second person say yes."""
    denials = denials_of(verdict)
    if not denials:
        return []
    others = [set(reason.factors) for reason in denials[1:]]
    return [factor for factor in denials[0].factors if all(factor in them for them in others)]


def _reason(finding: Mapping[str, Any]) -> Reason:
    return Reason(
        code=finding["code"],
        sentence=_sentence(finding),
        citation=citation_text(finding["citation"]),
        pack=finding.get("pack") or "",
        binding=_binding(finding.get("binding") or ""),
        denies=finding["effect"] == Effect.DENY,
        opens_at=instant(finding.get("opens_at")),
        release=_release(finding.get("event") or ""),
        factors=tuple(finding.get("override") or ()),
    )


def instant(text: str | None) -> dt.datetime | None:
    """Reads an instant as a verdict keeps it."""
    return dt.datetime.fromisoformat(text) if text else None


def _sentence(finding: Mapping[str, Any]) -> str:
    try:
        return reason_sentence(finding["reason"], finding.get("values") or {})
    except (KeyError, ValueError, TypeError):
        # Stored by an older release, with other words or values: better its key than no page.
        return _("%(reason)s (its wording is no longer kept)") % {"reason": finding["reason"]}


def _release(event: str) -> str:
    try:
        return event_sentence(event)
    except KeyError:
        return event


def _binding(binding: str) -> str:
    return str(Binding(binding).label) if binding in Binding.values else binding
