"""Gathers the endpoints of the API, below /api/v1/, and their description."""

from __future__ import annotations

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from accounts.access.decorators import PUBLIC
from collections_app.callbacks import api as callbacks
from collections_app.cases import api as cases
from collections_app.legal import api as proceedings
from collections_app.plans import api as plans
from compliance.attempts import api as attempts
from loans.contracts import api as loans
from loans.delinquency import api as positions
from loans.portfolios import api as portfolios
from loans.repayments import api as repayments


class Schema(SpectacularJSONAPIView):
    """The OpenAPI document of everything below /api/v1/; it holds no data and is public."""

    required_right = PUBLIC
    authentication_classes: Any = ()


app_name = "api"
urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("portfolios/", include(portfolios.urlpatterns)),
    path("loans/", include(loans.urlpatterns)),
    path("loans/", include(repayments.loan_urlpatterns)),
    path("loans/", include(positions.loan_urlpatterns)),
    path("repayments/", include(repayments.urlpatterns)),
    path("positions/", include(positions.urlpatterns)),
    path("cases/", include(cases.urlpatterns)),
    path("plans/", include(plans.urlpatterns)),
    path("proceedings/", include(proceedings.urlpatterns)),
    path("callbacks/", include(callbacks.urlpatterns)),
    path("attempts/", include(attempts.urlpatterns)),
    path("contacts/", include(attempts.contact_urlpatterns)),
]
