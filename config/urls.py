"""Every address of the installation. Each view says who may call it (`accounts.access`)."""

from django.contrib import admin
from django.urls import include, path

from config import components, errors, health, home
from config.metrics import views as metrics_views

urlpatterns = [
    path("", home.home, name="home"),
    path("components/", components.components, name="components"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics_views.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("account/", include("accounts.urls")),
    path("people/", include("accounts.people.urls")),
    path("operations/", include("config.operations.urls")),
    path("setup/", include("config.setup.urls")),
    path("webhooks/", include("notifications.receipts.urls")),
    path("", include("loans.urls")),
    path("compliance/", include("compliance.urls")),
    path("messages/", include("notifications.urls")),
    path("", include("collections_app.urls")),
    path("", include("reporting.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
