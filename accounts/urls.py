"""Gathers the addresses of the concepts, below /account/."""

from __future__ import annotations

from django.urls import include, path

from accounts.inbox import views as inbox
from accounts.users import views as users

urlpatterns = [
    path("", include("accounts.signin.urls")),
    path("preferences/", users.preferences, name="preferences"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.mark_inbox_read, name="inbox_mark_read"),
]
