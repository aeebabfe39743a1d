"""The forms of the pages of messages, checked against what their reader may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compliance.oversight.forms import PortfolioForm
from core.ids import uuid7
from loans.borrowers.disclosure import RevealPurpose
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel
from notifications.letters.models import LetterFailure
from notifications.outbox.flow import MessageState
from notifications.outbox.reasons import REASONS
from notifications.oversight.message_filter import MessageFilters
from notifications.templates.models import MessagePurpose


class MessageFilterForm(PortfolioForm):
    """Which messages a list shows."""

    q = forms.CharField(
        label=gettext_lazy("Contract, name or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", gettext_lazy("Every channel")), *MessageChannel.choices],
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        required=False,
        choices=[("", gettext_lazy("Everything")), *MessagePurpose.choices],
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    state = forms.ChoiceField(required=False, choices=[("", ""), *MessageState.choices])
    reason = forms.ChoiceField(required=False, choices=[("", ""), *((r, r) for r in REASONS)])
    batch = forms.UUIDField(required=False)

    def __init__(self, data: Any, *, portfolios: list[Portfolio]) -> None:
        super().__init__(data, portfolios=portfolios)
        self.order_fields(["q", "portfolio", "channel", "purpose", "day"])

    def filters(self) -> MessageFilters:
        """Returns the filters that the address names."""
        values = self.cleaned_data
        return MessageFilters(
            portfolio=self.portfolio_id,
            **{
                name: values[name]
                for name in ("q", "channel", "purpose", "day", "state", "reason", "batch")
                if values.get(name)
            },
        )


class TokenForm(forms.Form):
    """A form whose token makes it count once however often it is sent."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several of these stand on one page, each with ids of its own.
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", str(uuid7()))


class SettleForm(TokenForm):
    """What became of an uncertain message, and how somebody found out."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[
            ("sent", gettext_lazy("It was sent")),
            ("not_sent", gettext_lazy("It was not sent")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("How you found out"),
        max_length=400,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("E.g. the provider's console, a call to its support."),
    )


class ReadForm(forms.Form):
    """Why somebody needs to read the text of a message."""

    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=RevealPurpose.choices)


class HoldFilterForm(PortfolioForm):
    """Which holds a list shows."""

    show = forms.ChoiceField(required=False, choices=[("force", ""), ("over", "")])


class ReleaseForm(TokenForm):
    """Ends a hold. There is nothing to fill in: the button is the answer."""


class HandledForm(TokenForm):
    """Says that a reply was dealt with."""


class PostedForm(TokenForm):
    """The day a batch of letters went to the post."""

    on = forms.DateField(
        label=gettext_lazy("Posted on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FailedForm(TokenForm):
    """What became of one letter that did not reach its reader."""

    failure = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=LetterFailure.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=200,
        strip=True,
        help_text=gettext_lazy("E.g. smudged in the printer; “moved, address unknown”."),
    )


class SwitchForm(TokenForm):
    """Whether an account sends, and why that changes."""

    is_on = forms.TypedChoiceField(
        choices=[("on", ""), ("off", "")], coerce=lambda text: text == "on"
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        strip=True,
        error_messages={"required": gettext_lazy("Say why the account is switched.")},
    )


class LimitsForm(TokenForm):
    """How fast an account may send, and what a part costs."""

    rate_per_second = forms.IntegerField(
        label=gettext_lazy("Messages a second"),
        min_value=1,
        max_value=1_000,
        help_text=gettext_lazy("At most; the provider's own limit."),
    )
    parallel_calls = forms.IntegerField(
        label=gettext_lazy("Calls at once"),
        min_value=1,
        max_value=64,
        help_text=gettext_lazy("So that a slow provider holds up no other channel."),
    )
    price_per_part = forms.DecimalField(
        label=gettext_lazy("Price of a part"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=4,
    )
    price_currency = forms.CharField(
        label=gettext_lazy("Currency of the price"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Three letters, e.g. USD."),
    )
