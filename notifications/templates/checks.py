"""What a wording must have and must not have, each problem as a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.queries import rules_on
from core import clock
from core.encryption.card_numbers import find_card_numbers
from notifications.channels.flow import MessageChannel
from notifications.templates.fields import fields_for, unknown_in
from notifications.templates.models import MessagePurpose, MessageTemplate
from notifications.templates.segments import count_parts

#: A text message of more parts than this is a letter.
MOST_PARTS = 6
#: The sender's name as Chinese operators register it.
_SIGNATURE_LENGTHS = range(2, 17)
_CHINESE_PACK = "CN"


def problems_of(*, template: MessageTemplate, wording: Any) -> list[str | Promise]:
    """Returns every problem of a wording for its template's channel and rule packs; none is good.

    The parts that packs make mandatory are read from the rules in force today.
    """
    return [
        *_fields(template, wording),
        *_channel(template, wording),
        *_packs(template, wording, packs_today(template.rule_packs)),
    ]


def mandatory_parts(template: MessageTemplate) -> list[tuple[str, str]]:
    """Returns what every wording must say, each with the pack or rule that asks for it."""
    packs = packs_today(template.rule_packs)
    codes = packs.codes
    found = [
        (rule.code, _("how to stop these messages: {opt_out}"))
        for rule in packs.rules
        if _asks_for_opt_out(template, rule)
    ]
    if _CHINESE_PACK in codes and template.channel == MessageChannel.SMS:
        found.append((_CHINESE_PACK, _("the registered signature and the provider's code")))
    elif codes and template.purpose != MessagePurpose.OPT_OUT_CONFIRMED:
        found.append((", ".join(sorted(codes)), _("who writes: {lender} or a signature")))
    return found


def _fields(template: MessageTemplate, wording: Any) -> Iterator[str]:
    if not wording.body.strip():
        yield _("Write what the message says.")
    for name in unknown_in(wording.subject + wording.body, template.purpose):
        yield _("%(name)s is not a field. Fields are: %(known)s.") % {
            "name": f"{{{name}}}" if len(name) > 1 else name,
            "known": ", ".join(f"{{{known}}}" for known in fields_for(template.purpose)),
        }
    if find_card_numbers(wording.subject + wording.body):
        yield _("A message never names a card number.")


def _channel(template: MessageTemplate, wording: Any) -> Iterator[str]:
    if template.channel == MessageChannel.SMS:
        if wording.subject.strip():
            yield _("A text message has no subject.")
        parts = count_parts(wording.body).parts
        if parts > MOST_PARTS:
            yield _("This takes %(parts)d parts; at most %(most)d may be sent.") % {
                "parts": parts,
                "most": MOST_PARTS,
            }
    elif not wording.subject.strip():
        yield _("Give it a subject.")


@dataclass(frozen=True, slots=True)
class PacksToday:
    """The rules of some packs as they stand today, and the packs that have none in force."""

    codes: frozenset[str]
    rules: tuple[AppliedRule, ...]
    missing: tuple[str, ...]


def packs_today(codes: Collection[str]) -> PacksToday:
    """Reads the packs as they stand today. One query, none without packs."""
    if not codes:
        return PacksToday(frozenset(), (), ())
    today = clock.now().date()
    rules, missing = rules_on(pack_codes=set(codes), days={today})[today].of(codes)
    return PacksToday(frozenset(codes), rules, missing)


def lacking_for(
    *, template: MessageTemplate, wording: Any, packs: PacksToday
) -> list[str | Promise]:
    """Returns what a wording lacks for the rule packs of a portfolio; none: it may be sent there.

    A template may have been written for other packs than those of the person it goes to.
    """
    return list(_packs(template, wording, packs))


def _packs(template: MessageTemplate, wording: Any, packs: PacksToday) -> Iterator[str]:
    """Mandatory parts: opt-out words where a rule asks, the institution's name in China."""
    if not packs.codes:
        return
    for code in packs.missing:
        yield _("The rule pack %(code)s has no version in force.") % {"code": code}
    for rule in packs.rules:
        if _asks_for_opt_out(template, rule) and "{opt_out}" not in wording.body:
            yield _("%(code)s: say how to stop these messages, with {opt_out}.") % {
                "code": rule.code
            }
    if _CHINESE_PACK in packs.codes and template.channel == MessageChannel.SMS:
        yield from _chinese(template, wording)
    elif (
        template.purpose != MessagePurpose.OPT_OUT_CONFIRMED
        and "{lender}" not in wording.body
        and not wording.signature.strip()
    ):
        yield _("Say who writes, with {lender}.")


def _asks_for_opt_out(template: MessageTemplate, rule: AppliedRule) -> bool:
    """Every message of its channels but the one that says the wish was heard."""
    return (
        rule.rule == "opt_out_statement"
        and template.channel in rule.values.get("channels", [template.channel])
        and template.purpose != MessagePurpose.OPT_OUT_CONFIRMED
    )


def _confirms_opt_out(template: MessageTemplate) -> bool:
    """Who has just stopped the messages is not told how to."""
    return template.purpose == MessagePurpose.OPT_OUT_CONFIRMED


def _chinese(template: MessageTemplate, wording: Any) -> Iterator[str]:
    if len(wording.signature.strip()) not in _SIGNATURE_LENGTHS:
        yield _("Give the registered signature of the sender, 2 to 16 characters.")
    if not wording.provider_code.strip():
        yield _("Give the template code the provider has approved, such as SMS_71390007.")
