"""The template filter `money`: built in, so that no page formats an amount by itself."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from core.money.formats import format_money

register = template.Library()


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Shows an amount in a currency, in the reader's language: {{ amount|money:"CNY" }}."""
    return format_money(amount, currency, get_language() or "en")
