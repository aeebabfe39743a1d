"""The admin wears the frame: the reader's theme and language, and nothing the policy refuses."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_pages() -> Client:
    administrator = User.objects.create_user(
        "administrator@lender.example",
        full_name="Ada Admin",
        role="administrator",
        theme="dark",
        language="zh-hans",
    )
    client = Client()
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/"]
)
def test_admin_pages_keep_theme_language_and_policy(admin_pages: Client, address: str) -> None:
    response = admin_pages.get(address)
    html = response.content.decode()

    assert response.status_code == 200
    assert '<html lang="zh-Hans" dir="ltr" data-theme="dark"' in html
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", html)
    assert all(
        "src=" in tag or "application/json" in tag for tag in re.findall(r"<script\b[^>]*>", html)
    )
    assert "admin/js/theme.js" not in html
    assert "unsafe" not in response.headers["Content-Security-Policy"]
