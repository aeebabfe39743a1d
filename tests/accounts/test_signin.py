"""Signing in, out, and how long it lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client, override_settings

from accounts.access.rights import Role
from accounts.signin.models import UserSession
from accounts.users.models import User
from accounts.users.services import (
    change_details,
    change_role,
    deactivate_user,
    end_user_sessions,
    set_password,
)
from core.audit import SYSTEM, AuditEntry

from .conftest import PASSWORD

OWN_PAGE = "/account/preferences/"
#: What the form of preferences sends when nothing was changed.
OWN_FORM = {"language": "en", "theme": "auto", "time_zone": "UTC", "shortcut_keys": "letters"}
TOO_MANY = "Too many failed login attempts"


def signed_in(client: Client) -> bool:
    return client.get(OWN_PAGE).status_code == 200


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    "typed", ["ana.silva@lender.example", "Ana.Silva@Lender.EXAMPLE", "  ANA.SILVA@lender.example "]
)
def test_the_address_is_known_in_any_case(
    client: Client, ana: User, sign_in: Callable[..., Any], typed: str
) -> None:
    response = sign_in(client, typed)

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana.silva@lender.example", "seven quiet harbour lamp"),
        ("nobody@lender.example", PASSWORD),
        ("", PASSWORD),
        ("ana.silva@lender.example", ""),
        ("ana.silva@lender.example\x00", PASSWORD),
    ],
)
def test_anything_else_is_refused(
    client: Client, ana: User, sign_in: Callable[..., Any], email: str, password: str
) -> None:
    response = sign_in(client, email, password)

    assert response.status_code == 200
    assert not signed_in(client)
    assert not UserSession.objects.filter(user__isnull=False).exists()


def test_unknown_address_and_wrong_password_read_the_same(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    known = sign_in(client, ana.email, "wrong wrong wrong").context["form"].errors
    unknown = sign_in(client, "nobody@lender.example", "wrong wrong wrong").context["form"].errors

    assert known == unknown


def test_sign_in_out_and_failure_stand_in_the_trail(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    before = len(actions())

    sign_in(client, ana.email, "not the password")
    sign_in(client, "nobody@lender.example", "not the password")
    sign_in(client, ana.email)
    client.post("/account/logout/")

    assert actions()[before:] == [
        "signin.failed",
        "signin.failed",
        "signin.succeeded",
        "signin.ended",
    ]
    failed_known, failed_unknown = AuditEntry.objects.filter(action="signin.failed").order_by("pk")
    assert failed_known.object_id == str(ana.pk)
    assert failed_unknown.object_id == "unknown"
    assert failed_known.data == {"ip": "127.0.0.1", "browser": "stranger"}


def test_five_failures_of_one_account_then_even_the_right_password_waits(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for _attempt in range(5):
        assert TOO_MANY not in sign_in(client, ana.email, "not the password").content.decode()

    response = sign_in(client, ana.email, PASSWORD)

    assert TOO_MANY in response.content.decode()
    assert not signed_in(client)
    assert actions().count("signin.failed") == 5


def test_after_fifteen_minutes_one_may_try_again(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        for _attempt in range(5):
            sign_in(client, ana.email, "not the password")
    with time_machine.travel(start + timedelta(minutes=14, seconds=59), tick=False):
        assert TOO_MANY in sign_in(client, ana.email).content.decode()

    with time_machine.travel(start + timedelta(minutes=15), tick=False):
        assert sign_in(client, ana.email).status_code == 302


def test_ten_failures_from_one_address_whatever_the_accounts(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for number in range(10):
        response = sign_in(client, f"guess{number}@lender.example", "not the password")
        assert TOO_MANY not in response.content.decode()

    assert TOO_MANY in sign_in(client, ana.email).content.decode()
    assert sign_in(client, ana.email, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_forged_forwarded_address_does_not_count_as_another_one(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for number in range(10):
        sign_in(
            client,
            f"guess{number}@lender.example",
            "not the password",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )

    response = sign_in(client, ana.email, HTTP_X_FORWARDED_FOR="203.0.113.99")

    assert TOO_MANY in response.content.decode()


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_each_client_has_its_own_count(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for number in range(10):
        sign_in(
            client,
            f"guess{number}@lender.example",
            "not the password",
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.5",
        )

    blocked = sign_in(client, ana.email, HTTP_X_FORWARDED_FOR="203.0.113.5")
    other = sign_in(client, ana.email, HTTP_X_FORWARDED_FOR="203.0.113.6")

    assert TOO_MANY in blocked.content.decode()
    assert other.status_code == 302


def test_another_host_name_does_not_give_new_attempts(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for _attempt in range(5):
        sign_in(client, ana.email, "not the password", HTTP_HOST="localhost")

    assert TOO_MANY in sign_in(client, ana.email, HTTP_HOST="127.0.0.1").content.decode()


def test_a_stranger_cannot_lock_the_owner_out_of_a_known_browser(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)
    client.post("/account/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _attempt in range(6):
        response = sign_in(stranger, ana.email, "not the password")
    assert TOO_MANY in response.content.decode()

    assert sign_in(client, ana.email).status_code == 302


def test_a_forged_browser_cookie_makes_no_known_browser(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    for number in range(5):
        client.cookies["known-browser"] = f"forged-{number}"
        sign_in(client, ana.email, "not the password")

    client.cookies["known-browser"] = "forged-again"
    assert TOO_MANY in sign_in(client, ana.email).content.decode()


NO_REDIS = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_connect_timeout": 0.2, "retry": None},
    }
}


@override_settings(CACHES=NO_REDIS)
def test_without_redis_the_trail_keeps_the_limits(
    client: Client, ana: User, ben: User, sign_in: Callable[..., Any]
) -> None:
    assert sign_in(client, ana.email).status_code == 302
    client.post("/account/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for _attempt in range(5):
        assert TOO_MANY not in sign_in(stranger, ana.email, "wrong wrong").content.decode()

    assert TOO_MANY in sign_in(stranger, ana.email).content.decode()
    assert sign_in(client, ana.email).status_code == 302

    for number in range(5):
        sign_in(stranger, f"guess{number}@lender.example", "wrong wrong")
    assert TOO_MANY in sign_in(stranger, ben.email).content.decode()
    assert sign_in(Client(), ben.email).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_five_checked_at_most(
    ana: User, sign_in: Callable[..., Any], at_once: Callable[..., list[Any]]
) -> None:
    def attempt() -> bool:
        response = sign_in(Client(), ana.email, "not the password")
        return response.status_code == 429 or TOO_MANY in response.content.decode()

    refused_unseen = at_once(*[attempt] * 20)

    # On a slow machine the library gives up waiting for its counter and refuses, so fewer than
    # five passwords may be looked at; never more.
    checked = actions().count("signin.failed")
    assert 1 <= checked <= 5
    assert sum(refused_unseen) == 20 - checked


def test_signing_in_changes_the_key_of_the_session(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    client.get("/account/login/")
    fixed = client.session
    fixed["planted"] = "by somebody else"
    fixed.save()
    planted_key = fixed.session_key
    client.cookies["sessionid"] = planted_key

    sign_in(client, ana.email)

    assert client.session.session_key != planted_key
    thief = Client()
    thief.cookies["sessionid"] = planted_key
    assert not signed_in(thief)


def test_a_session_knows_its_user(client: Client, ana: User, sign_in: Callable[..., Any]) -> None:
    sign_in(client, ana.email)

    row = UserSession.objects.get(pk=client.session.session_key)
    assert row.user_id == ana.pk
    assert client.session[SESSION_KEY] == str(ana.pk)


def test_leaving_needs_a_post_and_ends_the_session_on_the_server(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)
    key = client.session.session_key

    assert client.get("/account/logout/").status_code == 200
    assert signed_in(client)

    response = client.post("/account/logout/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/")
    replay = Client()
    replay.cookies["sessionid"] = key
    assert not signed_in(replay)
    assert not UserSession.objects.filter(pk=key).exists()


def test_half_an_hour_without_a_request_ends_the_session(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, ana.email)
        assert signed_in(client)
    with time_machine.travel(start + timedelta(minutes=29), tick=False):
        assert signed_in(client)
    with time_machine.travel(start + timedelta(minutes=58, seconds=59), tick=False):
        assert signed_in(client)

    with time_machine.travel(start + timedelta(minutes=88, seconds=59), tick=False):
        response = client.get(OWN_PAGE)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_twelve_hours_end_the_session_however_busy(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    start = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        sign_in(client, ana.email)
        assert signed_in(client)
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert signed_in(client), minutes

    with time_machine.travel(start + timedelta(hours=12), tick=False):
        assert not signed_in(client)


def test_the_deactivated_are_out_with_the_next_request(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)

    deactivate_user(user=ana, by=SYSTEM)

    assert not signed_in(client)
    assert not UserSession.objects.filter(user=ana).exists()
    assert sign_in(client, ana.email)["Location"] == "/account/inactive/"
    assert not signed_in(client)


def test_a_new_role_holds_from_the_next_request(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)
    assert client.get("/admin/", follow=True).status_code == 403

    change_role(user=ana, role=Role.MANAGER, by=SYSTEM)
    assert client.get("/admin/").status_code == 200

    change_role(user=ana, role=Role.AGENT, by=SYSTEM)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    "act",
    [
        lambda user: set_password(user=user, password="four other green kettles", by=SYSTEM),
        lambda user: end_user_sessions(user=user, by=SYSTEM),
        lambda user: change_details(
            user=user, full_name="Ana Silva", email="ana@lender.example", team=None, by=SYSTEM
        ),
    ],
    ids=["password", "ended", "address"],
)
def test_what_ends_every_session(
    ana: User, sign_in: Callable[..., Any], act: Callable[[User], Any]
) -> None:
    desk, phone = Client(), Client()
    sign_in(desk, ana.email)
    sign_in(phone, ana.email)

    act(ana)

    assert not signed_in(desk)
    assert not signed_in(phone)


def test_a_machine_cannot_sign_in_even_with_a_password(
    client: Client, appoint: Callable[..., User], sign_in: Callable[..., Any]
) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    machine.set_password(PASSWORD)
    machine.save(update_fields=["password"])

    response = sign_in(client, machine.email)

    assert response["Location"] == "/account/inactive/"
    assert not signed_in(client)


def test_nobody_registers(client: Client, db: None) -> None:
    page = client.get("/account/signup/")
    answer = client.post(
        "/account/signup/",
        {"email": "eve@lender.example", "password1": PASSWORD, "password2": PASSWORD},
    )

    for response in (page, answer):
        assert response.status_code == 200
        assert "account/signup_closed.html" in [t.name for t in response.templates]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["/account/email/", "/account/3rdparty/", "/account/login/code/", "/account/confirm-email/"],
)
def test_doors_of_the_library_we_do_not_use_are_walled_up(
    client: Client, ana: User, sign_in: Callable[..., Any], path: str
) -> None:
    sign_in(client, ana.email)

    assert client.get(path).status_code == 404


def test_strangers_are_sent_to_sign_in_and_back(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    assert client.get(OWN_PAGE)["Location"] == f"/account/login/?next={OWN_PAGE}"
    assert client.get("/admin/accounts/user/").status_code == 302

    answer = client.post(
        f"/account/login/?next={OWN_PAGE}", {"login": ana.email, "password": PASSWORD}
    )
    assert answer["Location"] == OWN_PAGE


def test_nobody_is_sent_to_another_site(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    answer = client.post(
        "/account/login/",
        {"login": ana.email, "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert answer["Location"] == "/"


def test_forms_need_their_token(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    for path in ("/account/login/", "/account/logout/", "/account/password/reset/"):
        assert strict.post(path, {"login": ana.email, "password": PASSWORD}).status_code == 403


def test_looking_writes_nothing(client: Client, ana: User, sign_in: Callable[..., Any]) -> None:
    sign_in(client, ana.email)
    client.get(OWN_PAGE)
    before = (
        AuditEntry.objects.count(),
        UserSession.objects.count(),
        User.objects.get().last_login,
    )

    for path in (
        OWN_PAGE,
        "/account/inbox/",
        "/account/logout/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/login/",
    ):
        client.get(path)

    after = (AuditEntry.objects.count(), UserSession.objects.count(), User.objects.get().last_login)
    assert after == before


def test_pages_are_in_the_language_of_the_reader(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    assert (
        client.get("/account/login/", HTTP_ACCEPT_LANGUAGE="zh-CN").headers["Content-Language"]
        == "zh-hans"
    )
    sign_in(client, ana.email)

    client.post(
        OWN_PAGE,
        OWN_FORM | {"language": "zh-hans", "theme": "dark", "time_zone": "Asia/Shanghai"},
    )

    response = client.get(OWN_PAGE, HTTP_ACCEPT_LANGUAGE="en")
    assert response.headers["Content-Language"] == "zh-hans"
    assert 'data-theme="dark"' in response.content.decode()
    ana.refresh_from_db()
    assert (ana.language, ana.theme, ana.time_zone) == ("zh-hans", "dark", "Asia/Shanghai")


def test_contrast_and_keys_are_each_person_s_own_choice(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)

    client.post(OWN_PAGE, OWN_FORM | {"more_contrast": "on", "shortcut_keys": "off"})
    page = client.get(OWN_PAGE).content.decode()
    assert 'data-contrast="more"' in page
    assert 'data-keys="off"' in page

    client.post(OWN_PAGE, OWN_FORM | {"shortcut_keys": "alt"})
    assert 'data-keys="alt"' in client.get(OWN_PAGE).content.decode()

    client.post(OWN_PAGE, OWN_FORM)
    page = client.get(OWN_PAGE).content.decode()
    assert "data-contrast" not in page
    assert 'data-keys="' not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "xx"},
        {"theme": "pink"},
        {"time_zone": "Mars/Olympus"},
        {"shortcut_keys": "shift"},
    ],
)
def test_impossible_preferences_are_refused(
    client: Client, ana: User, sign_in: Callable[..., Any], wrong: dict[str, str]
) -> None:
    sign_in(client, ana.email)

    assert client.post(OWN_PAGE, OWN_FORM | wrong).status_code == 422

    ana.refresh_from_db()
    assert (ana.language, ana.theme, ana.time_zone) == ("en", "auto", "UTC")
