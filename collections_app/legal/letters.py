"""What a demand letter says: the figures of one business date, the wording, the printed page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.legal.letter_flow import LetterKind
from core import clock
from core.encryption.sealing import KeyDestroyed, unseal
from core.money import format_money
from loans.borrowers.models import Address, Party
from loans.delinquency.models import Position
from loans.delinquency.positions_at import StatedAt, replayed_positions, stored_positions
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel
from notifications.channels.queries import account_for
from notifications.letters.layout import LetterText, Printed, print_letters, unprintable
from notifications.outbox.values import salutation_of, written_date
from notifications.templates.checks import lacking_for, packs_today
from notifications.templates.fields import harmless_name, plain_value
from notifications.templates.flow import TemplateStatus
from notifications.templates.models import MessagePurpose, TemplateVersion
from notifications.templates.rendering import MissingField, Rendered, render

#: The amounts that a letter states, in the order in which pages show them.
FIGURES: Final = (
    "arrears_principal",
    "arrears_interest",
    "arrears_fee",
    "arrears_penalty",
    "arrears",
    "principal",
    "payoff",
)

#: kind of letter -> the purpose of its wording
_PURPOSES: Final[dict[str, str]] = {
    LetterKind.DEMAND: MessagePurpose.DEMAND,
    LetterKind.ACCELERATION: MessagePurpose.ACCELERATION,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What somebody wants to demand: of whom, at which address, in which language, by when."""

    party: Party
    address: Address
    language: str
    as_of: date
    pay_by: date
    kind: str = LetterKind.DEMAND.value
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter before it is printed: its wording, the figures as text, and what stands on it."""

    wording: TemplateVersion
    figures: Mapping[str, str]
    said: Rendered
    recipient: str
    dated: str

    def text(self, reference: str) -> LetterText:
        """Returns the letter as it is printed."""
        return LetterText(
            recipient=self.recipient,
            subject=self.said.subject,
            body=self.said.body,
            reference=reference,
            dated=self.dated,
        )


def figures_on(case: Case, as_of: date) -> tuple[StatedAt, dict[str, Decimal]]:
    """Returns how the loan stands at the end of a day, and the amounts that a letter states.

    Raises ValidationError for a day that the books have not reached.
    """
    if as_of > case.portfolio.business_date:
        raise ValidationError(
            _("The books are on %(day)s: figures of a later day are not known.")
            % {"day": case.portfolio.business_date.isoformat()}
        )
    if as_of < case.loan.started_on:
        raise ValidationError(_("The loan began later than that day."))
    position = Position.objects.select_related("loan", "portfolio").get(pk=case.loan_id)
    if as_of == case.portfolio.business_date:
        stated = stored_positions([position])[0]
    else:
        stated = replayed_positions(positions=[position], as_of=as_of, known_at=None)[0]
    overdue = stated.overdue
    return stated, {
        "arrears_principal": overdue.principal,
        "arrears_interest": overdue.interest,
        "arrears_fee": overdue.fee,
        "arrears_penalty": overdue.penalty,
        "arrears": overdue.total,
        "principal": stated.outstanding_principal,
        "payoff": stated.outstanding_amount,
    }


def wording_for(portfolio: Portfolio, language: str, purpose: str) -> TemplateVersion:
    """Returns the approved wording of a purpose in a language that fits the portfolio's packs.

    Raises ValidationError where there is none, with what the approved ones lack.
    """
    versions = TemplateVersion.objects.filter(
        template__purpose=purpose,
        template__channel=MessageChannel.LETTER,
        status=TemplateStatus.APPROVED,
        language=language,
    ).select_related("template")
    packs = packs_today(portfolio.rule_packs)
    lacking: list[str] = []
    for version in versions.order_by("template__code"):
        problems = lacking_for(template=version.template, wording=version, packs=packs)
        if not problems:
            return version
        lacking += [str(problem) for problem in problems]
    raise ValidationError(
        lacking or [_("No approved wording of such a letter exists in this language.")]
    )


def compose(case: Case, drawing: Drawing) -> Composed:
    """Returns the letter as it would be printed now.

    Raises ValidationError where nothing is past due on the day, the wording asks for what is not
    there, the address is not legible, or the font lacks a character.
    """
    stated, amounts = figures_on(case, drawing.as_of)
    if amounts["arrears"] <= 0:
        raise ValidationError(_("Nothing was past due at the end of that day."))
    wording = wording_for(case.portfolio, drawing.language, _PURPOSES[drawing.kind])
    values = _values(case, drawing, stated, amounts)
    try:
        said = render(wording, values)
    except MissingField as missing:
        raise ValidationError(
            _("The wording names {%(field)s}, and nothing is on file for it.")
            % {"field": missing.field}
        ) from missing
    composed = Composed(
        wording=wording,
        figures={name: str(amount) for name, amount in amounts.items()},
        said=said,
        recipient=f"{drawing.party.full_name}\n{_address_in_clear(drawing)}",
        dated=written_date(clock.local_today(case.portfolio.time_zone), drawing.language),
    )
    if missing_glyphs := unprintable(composed.recipient + said.subject + said.body):
        raise ValidationError(
            _("The font of letters has no shape for: %(characters)s")
            % {"characters": " ".join(missing_glyphs)}
        )
    return composed


def printed(case: Case, composed: Composed, reference: str) -> Printed:
    """Returns the PDF of one letter, under the sender's lines of the account for letters."""
    account = account_for(case.portfolio, MessageChannel.LETTER)
    settings = account.settings if account is not None else {"sender_lines": [case.portfolio.name]}
    return print_letters([composed.text(reference)], settings=settings, made_at=clock.now())


def _values(
    case: Case, drawing: Drawing, stated: StatedAt, amounts: Mapping[str, Decimal]
) -> dict[str, str]:
    language, currency = drawing.language, case.portfolio.currency
    account = account_for(case.portfolio, MessageChannel.LETTER)
    settings = account.settings if account is not None else {}
    values = {
        "name": harmless_name(drawing.party.full_name),
        "salutation": salutation_of(drawing.party, language),
        "lender": case.portfolio.name,
        "contract_no": case.loan.contract_no,
        "contract_tail": case.loan.contract_no[-4:],
        "phone": str(settings.get("call_back_phone", "")),
        "as_of": written_date(drawing.as_of, language),
        "pay_by": written_date(drawing.pay_by, language),
        "basis": drawing.basis,
        **{name: format_money(amounts[name], currency, language) for name in FIGURES},
    }
    values["amount"] = values["arrears"]
    if stated.oldest_unpaid_due_on is not None:
        values["oldest_due"] = written_date(stated.oldest_unpaid_due_on, language)
        values["due_date"] = values["oldest_due"]
    return {name: plain_value(value) for name, value in values.items() if value}


def _address_in_clear(drawing: Drawing) -> str:
    address = drawing.address
    try:
        return unseal(
            key=drawing.party.data_key,
            sealed=address.text or b"",
            table=Address._meta.db_table,
            column="text",
            row_id=address.pk,
        )
    except KeyDestroyed:
        raise ValidationError(_("The data of this person was erased.")) from None
