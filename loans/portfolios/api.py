"""Portfolios over the API: whose books, on which day, and how fresh their feeds are."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Instant
from loans.portfolios.models import Portfolio


class FeedAnswer(serializers.Serializer[Any]):
    feed = serializers.CharField()
    through_on = serializers.DateField(help_text="Complete through this day.")
    received_at = Instant()


class PortfolioAnswer(serializers.Serializer[Any]):
    """A set of loans on one set of books."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    ledger = serializers.CharField(help_text="Who keeps the books: external or makegood.")
    currency = serializers.CharField()
    country = serializers.CharField()
    time_zone = serializers.CharField()
    business_date = serializers.DateField(help_text="The day the books are on.")
    is_active = serializers.BooleanField()
    feeds = FeedAnswer(source="watermarks", many=True)


def _portfolios(view: ApiView) -> QuerySet[Portfolio]:
    return Portfolio.objects.visible_to(view.user).prefetch_related("watermarks")


class PortfolioList(ApiList):
    """The portfolios granted to the integration."""

    required_right = "loan.view"
    serializer_class = PortfolioAnswer

    def get_queryset(self) -> QuerySet[Portfolio]:
        return _portfolios(self)


class PortfolioDetail(ApiView):
    """One portfolio, by its code."""

    required_right = "loan.view"
    serializer_class = PortfolioAnswer

    def get(self, request: Request, code: str) -> Response:
        return Response(PortfolioAnswer(get_object_or_404(_portfolios(self), code=code)).data)


urlpatterns = [
    path("", PortfolioList.as_view(), name="portfolios"),
    path("<slug:code>/", PortfolioDetail.as_view(), name="portfolio"),
]
