"""What a dialler is told: the gate's answer with every reason, in the caller's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.utils import translation
from rest_framework import serializers

from accounts.access.api_views import ApiView, Instant
from compliance.gate.facts import Counter, Decision, Finding
from compliance.gate.sentences import event_sentence, reason_sentence


class ReasonAnswer(serializers.Serializer[Any]):
    """One rule's objection."""

    code = serializers.CharField(help_text="Of the rule, as its pack has it.")
    effect = serializers.CharField(help_text="deny, or warn.")
    reason = serializers.CharField(help_text="Stable; decide by it.")
    sentence = serializers.CharField(help_text="For people, in the caller's language.")
    citation = serializers.CharField()
    pack = serializers.CharField(allow_blank=True)
    binding = serializers.CharField(allow_blank=True, help_text="law, policy or neither.")
    opens_at = Instant(allow_null=True, help_text="From when this rule alone is silent.")
    event = serializers.CharField(allow_blank=True, help_text="What has to happen first.")
    event_sentence = serializers.CharField(allow_blank=True)
    override = serializers.ListField(
        child=serializers.CharField(), help_text="For which a second person may permit it."
    )


class LimitAnswer(serializers.Serializer[Any]):
    """How much of a limit is used."""

    code = serializers.CharField()
    used = serializers.IntegerField()
    limit = serializers.IntegerField()
    unit = serializers.CharField()
    days = serializers.IntegerField()
    citation = serializers.CharField()
    resets_at = Instant(allow_null=True)


class VerdictAnswer(serializers.Serializer[Any]):
    """The gate's answer to one contact."""

    allowed = serializers.BooleanField()
    at = Instant()
    next_allowed_at = Instant(
        allow_null=True, help_text="null: allowed, or an event must come first."
    )
    closes_at = Instant(allow_null=True, help_text="When an allowed contact stops being allowed.")
    events = serializers.ListField(
        child=serializers.CharField(), help_text="What no passing of time lifts."
    )
    reasons = ReasonAnswer(many=True)
    used = LimitAnswer(many=True)


class PreviewAnswer(serializers.Serializer[Any]):
    """The answers in the order of the questions; nothing was stored or reserved."""

    results = VerdictAnswer(many=True)


class ReservationAnswer(VerdictAnswer):
    """A contact that may be made now."""

    id = serializers.UUIDField(help_text="Of the attempt; settle it with the outcome.")
    verdict = serializers.UUIDField()
    start_by = Instant(help_text="Begin before this; later settle as not_made and ask anew.")
    to = serializers.CharField(
        allow_null=True, help_text="Number or address in clear, for tokens with contact.dial."
    )


class RefusalAnswer(serializers.Serializer[Any]):
    """A problem; `contact-refused` carries the gate's whole answer."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    instance = serializers.CharField()
    verdict = serializers.UUIDField(required=False)
    at = Instant(required=False)
    next_allowed_at = Instant(required=False, allow_null=True)
    events = serializers.ListField(child=serializers.CharField(), required=False)
    reasons = ReasonAnswer(many=True, required=False)
    used = LimitAnswer(many=True, required=False)


class SettlementAnswer(serializers.Serializer[Any]):
    """How a contact ended."""

    attempt = serializers.UUIDField(source="attempt_id")
    outcome = serializers.CharField()
    ended_at = Instant(source="at")
    settled_by = serializers.CharField()


@contextmanager
def in_callers_language(view: ApiView) -> Iterator[None]:
    """Speaks what Accept-Language asks for, else the language of the caller's account."""
    asked = "Accept-Language" in view.request.headers
    language = translation.get_language() if asked else view.user.language
    with translation.override(language):
        yield


def verdict_values(decision: Decision) -> dict[str, Any]:
    """Returns a decision as `VerdictAnswer` reads it, worded in the active language."""
    return {
        "allowed": decision.allowed,
        "at": decision.facts.request.at,
        "next_allowed_at": decision.next_allowed_at,
        "closes_at": decision.closes_at,
        "events": list(decision.release_events),
        "reasons": [reason_values(found) for found in decision.findings],
        "used": [_limit(counter) for counter in decision.used],
    }


def reason_values(found: Finding) -> dict[str, Any]:
    """Returns one rule's objection as `ReasonAnswer` reads it, worded in the active language."""
    return {
        "code": found.code,
        "effect": str(found.effect),
        "reason": found.reason,
        "sentence": reason_sentence(found.reason, found.values),
        "citation": found.citation,
        "pack": found.pack,
        "binding": found.binding,
        "opens_at": found.opens_at,
        "event": found.event,
        "event_sentence": event_sentence(found.event),
        "override": list(found.override),
    }


def _limit(counter: Counter) -> dict[str, Any]:
    return asdict(counter)
