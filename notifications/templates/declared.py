"""What a wording declares it says, in the gate's words."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.gate.facts import Content
from notifications.templates.models import MessagePurpose, MessageTemplate, TemplateVersion
from notifications.templates.queries import approved_version

_DEBT = frozenset(
    {
        MessagePurpose.BEFORE_DUE,
        MessagePurpose.DUE_TODAY,
        MessagePurpose.OVERDUE,
        MessagePurpose.PROMISE_TOMORROW,
        MessagePurpose.PROMISE_BROKEN,
        MessagePurpose.PLAN_INSTALMENT,
        MessagePurpose.PLAN_BROKEN,
        MessagePurpose.PAYMENT_DETAILS,
        MessagePurpose.DEMAND,
        MessagePurpose.ACCELERATION,
    }
)
#: They say what follows if nothing is paid.
_BEFORE_SUIT = frozenset({MessagePurpose.DEMAND, MessagePurpose.ACCELERATION})


def declared_content(template: MessageTemplate, languages: Sequence[str]) -> frozenset[str]:
    """Returns the words the gate's content rules know: opt-out statement, debt, payment request.

    Of the wording that would be said: the first of the languages that has an approved one.
    """
    version = approved_version(template=template, languages=languages)
    return content_of(version) if version is not None else frozenset()


def content_of(version: TemplateVersion) -> frozenset[str]:
    """Returns what one wording says, from its fields and its purpose."""
    found = set()
    if "{opt_out}" in version.body:
        found.add(Content.OPT_OUT_STATEMENT.value)
    if version.template.purpose in _DEBT:
        found |= {Content.MENTIONS_DEBT.value, Content.PAYMENT_REQUEST.value}
    if "{amount}" in version.body or "{arrears}" in version.body:
        found.add(Content.DEBT_DETAILS.value)
    if version.template.purpose in _BEFORE_SUIT:
        found.add(Content.THREAT_OF_SUIT.value)
    return frozenset(found)
