"""What a password must be, changing and forgetting it, the second factor."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from accounts.access.rights import Role
from accounts.users.models import User
from accounts.users.services import set_password
from core.audit import SYSTEM, AuditEntry
from core.encryption import DataKey

from .conftest import PASSWORD

NEW = "four other green kettles"
OWN_PAGE = "/account/preferences/"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("ana.silva@lender", "password_too_similar"),
        ("ana silva 12", "password_too_similar"),
        ("Makegood2026", "password_context"),
        ("passwordpassword", "password_repeats"),
        ("twelve chars", None),
        ("一二三四五六七八九十百千", None),
        ("123412341234", "password_repeats"),
        (f"{'a quiet word ' * 9}and an end", None),
        ("makegood and a long tail of words", None),
    ],
)
def test_rules_of_passwords(ana: User, password: str, code: str | None) -> None:
    if code is None:
        validate_password(password, ana)
        return
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, ana)
    assert code in [error.code for error in refusal.value.error_list]


def test_no_common_password_of_allowed_length_is_accepted(ana: User) -> None:
    long_enough = sorted(word for word in CommonPasswordValidator().passwords if len(word) >= 12)

    accepted = []
    for word in long_enough:
        try:
            validate_password(word, ana)
        except ValidationError:
            continue
        accepted.append(word)

    assert len(long_enough) > 50
    assert accepted == []


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_kept_as_argon2id() -> None:
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    form = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/account/password/change/", form)


def test_changing_keeps_this_session_and_ends_the_others(
    ana: User, sign_in: Callable[..., Any]
) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, ana.email)
    sign_in(elsewhere, ana.email)
    key = here.session.session_key

    assert change(here, PASSWORD, NEW)["Location"] == "/"

    assert here.get(OWN_PAGE).status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get(OWN_PAGE).status_code == 302
    assert sign_in(Client(), ana.email, NEW).status_code == 302
    assert AuditEntry.objects.filter(action="user.password_set", actor_id=str(ana.pk)).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("not the password", NEW, NEW),
        (PASSWORD, "short", "short"),
        (PASSWORD, NEW, "something different"),
        (PASSWORD, PASSWORD, PASSWORD),
    ],
    ids=["old", "short", "differ", "same"],
)
def test_a_refused_change_changes_nothing(
    client: Client, ana: User, sign_in: Callable[..., Any], old: str, new: str, again: str
) -> None:
    sign_in(client, ana.email)
    before = User.objects.get().password

    assert change(client, old, new, again).status_code == 200

    assert User.objects.get().password == before
    assert not AuditEntry.objects.filter(action="user.password_set").exists()


def test_who_got_a_password_chooses_an_own_one_first(
    client: Client, appoint: Callable[..., User], sign_in: Callable[..., Any]
) -> None:
    nia = appoint(Role.AGENT, "Nia Sol", must_change_password=True)
    sign_in(client, nia.email)

    assert client.get(OWN_PAGE)["Location"] == "/account/password/change/"
    swap = client.get(OWN_PAGE, HTTP_HX_REQUEST="true")
    assert (swap.status_code, swap["HX-Redirect"]) == (204, "/account/password/change/")
    assert client.get("/account/password/change/").status_code == 200

    change(client, PASSWORD, NEW)
    assert client.get(OWN_PAGE).status_code == 200


def test_a_password_set_by_an_administrator_must_be_changed(ana: User) -> None:
    set_password(user=ana, password=NEW, by=SYSTEM, must_change_password=True)

    ana.refresh_from_db()
    assert ana.must_change_password


def test_forgetting_tells_nobody_who_works_here(
    client: Client, ana: User, appoint: Callable[..., User]
) -> None:
    machine = appoint(Role.INTEGRATION, "Loan System")
    gone = appoint(Role.AGENT, "Gus Old")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    answers = []
    for email in (ana.email.upper(), "nobody@lender.example", machine.email, gone.email):
        response = client.post("/account/password/reset/", {"email": email})
        answers.append((response.status_code, response["Location"]))

    assert set(answers) == {(302, "/account/password/reset/done/")}
    assert [message.to for message in mail.outbox] == [[ana.email]]


def reset_link() -> str:
    found = re.search(r"https?://\S+?(/account/password/reset/key/\S+)", mail.outbox[-1].body)
    assert found
    return found.group(1)


def test_a_forgotten_password_is_replaced_by_the_link_once(client: Client, ana: User) -> None:
    client.post("/account/password/reset/", {"email": ana.email})
    link = reset_link()

    form = client.get(link)
    assert "set-password" in form["Location"]
    done = client.post(form["Location"], {"password1": NEW, "password2": NEW})

    assert done.status_code == 302
    assert User.objects.get().check_password(NEW)
    again = Client().get(link, follow=True)
    assert "no longer holds" in again.content.decode()


def test_a_reset_mail_is_in_the_language_of_its_reader(client: Client, ana: User) -> None:
    User.objects.update(language="en")

    client.post("/account/password/reset/", {"email": ana.email}, HTTP_ACCEPT_LANGUAGE="zh-CN")

    assert "somebody, most likely you" in mail.outbox[-1].body


def test_asking_again_and_again_is_limited(client: Client, ana: User) -> None:
    statuses = [
        client.post("/account/password/reset/", {"email": ana.email}).status_code
        for _attempt in range(6)
    ]

    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


# --- second factor ---------------------------------------------------------------------


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_second_factor(client: Client) -> str:
    """Walks through the pages; returns the secret the phone keeps."""
    page = client.get("/account/2fa/totp/activate/", follow=True)
    assert "account/reauthenticate.html" in [template.name for template in page.templates]
    client.post("/account/reauthenticate/?next=/account/2fa/totp/activate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    answer = client.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def test_a_second_factor_is_asked_for_once_set_up(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)
    secret = set_up_second_factor(client)
    client.post("/account/logout/")
    cache.clear()

    assert sign_in(client, ana.email)["Location"] == "/account/2fa/authenticate/"
    assert client.get(OWN_PAGE).status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get(OWN_PAGE).status_code == 200


def test_the_secret_is_sealed_in_the_database(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)
    secret = set_up_second_factor(client)

    kept = [str(row.data) for row in Authenticator.objects.all()]
    assert len(kept) == 2
    assert all(secret not in text for text in kept)
    assert DataKey.objects.count() >= 2


def test_a_recovery_code_opens_once(client: Client, ana: User, sign_in: Callable[..., Any]) -> None:
    sign_in(client, ana.email)
    set_up_second_factor(client)
    page = client.get("/account/2fa/recovery-codes/")
    code = page.context["unused_codes"][0]
    assert code in page.content.decode()
    client.post("/account/logout/")

    sign_in(client, ana.email)
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    client.post("/account/logout/")
    sign_in(client, ana.email)
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_one_code_posted_many_times_at_once_opens_once(
    ana: User, sign_in: Callable[..., Any], at_once: Callable[..., list[Any]]
) -> None:
    first = Client()
    sign_in(first, ana.email)
    secret = set_up_second_factor(first)
    cache.clear()
    doors = [Client() for _number in range(8)]
    for door in doors:
        sign_in(door, ana.email)
    code = code_of(secret)

    def post(door: Client) -> int:
        return int(door.post("/account/2fa/authenticate/", {"code": code}).status_code)

    answers = at_once(*[lambda door=door: post(door) for door in doors])

    assert sorted(answers, key=str).count(302) == 1


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_where_required_nothing_opens_before_the_second_factor(
    client: Client, ana: User, sign_in: Callable[..., Any]
) -> None:
    sign_in(client, ana.email)

    assert client.get(OWN_PAGE)["Location"] == "/account/2fa/totp/activate/"
    set_up_second_factor(client)
    assert client.get(OWN_PAGE).status_code == 200
    refused = client.post("/account/2fa/totp/deactivate/")
    assert refused.status_code != 302
    assert Authenticator.objects.filter(user=ana, type="totp").exists()
