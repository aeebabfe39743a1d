"""Notices: to whom, in which words, read by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access.rights import Role
from accounts.inbox.models import Notice, Urgency
from accounts.inbox.queries import inbox_of, unread_count
from accounts.inbox.services import mark_read, notify
from accounts.inbox.texts import register_texts, sentence
from accounts.users.models import User

KEY = "approval.requested"


def tell(*people: User, who: str = "Ben", link: str = "/cases/1/") -> list[Notice]:
    return notify(to=people, urgency=Urgency.DO_NOW, key=KEY, params={"who": who}, link=link)


def test_everyone_sees_their_own_only(ana: User, ben: User, ada: User) -> None:
    tell(ana, ana, ben)

    assert Notice.objects.count() == 2
    assert [line.text for line in inbox_of(ana)] == ["Ben asks for your approval."]
    assert (unread_count(ana), unread_count(ada)) == (1, 0)
    assert not Notice.objects.visible_to(ada).exists()


def test_machines_and_the_gone_are_told_nothing(ana: User, appoint: Callable[..., User]) -> None:
    ana.is_active = False

    assert tell(ana, appoint(Role.INTEGRATION, "Loan System")) == []


def test_reading_is_noted_once_and_only_ones_own(ana: User, ben: User) -> None:
    own, foreign = tell(ana)[0], tell(ben)[0]

    assert mark_read(user=ana, notice_ids=[own.pk, foreign.pk]) == 1
    own.refresh_from_db()
    first = own.read_at
    assert mark_read(user=ana) == 0

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.read_at, foreign.read_at) == (first, None)


def test_unread_stand_first_in_one_query(
    ana: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    old = tell(ana, who="Old")[0]
    read = tell(ana, who="Read")[0]
    tell(ana, who="New")
    mark_read(user=ana, notice_ids=[read.pk])

    with django_assert_num_queries(1):  # the notices
        lines = inbox_of(ana)

    assert [line.text.split()[0] for line in lines] == ["New", "Old", "Read"]
    assert lines[1].id == old.pk
    assert [line.is_read for line in lines] == [False, False, True]


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "cases/1/"])
def test_a_notice_stays_on_the_site(ana: User, link: str) -> None:
    with pytest.raises(ValueError, match="path on this site"):
        tell(ana, link=link)
    assert not Notice.objects.exists()


def test_the_database_refuses_a_foreign_link(ana: User) -> None:
    notice = tell(ana)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(link="https://evil.example/")


def test_texts_are_registered_once_and_fall_back_to_their_key(ana: User) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_texts({KEY: "Something else"})
    with pytest.raises(ValueError, match="Register it"):
        notify(to=[ana], urgency=Urgency.KNOW, key="no.such.text")

    register_texts({"test.text": _("Hello %(name)s")})
    assert sentence("test.text", {"name": "Ana"}) == "Hello Ana"
    assert sentence("test.text", {}) == "test.text"
    assert sentence("retired.text", {}) == "retired.text"
    with translation.override("zh-hans"):
        assert sentence("test.text", {"name": "Ana"})


def test_the_page_shows_and_marks(client: Client, ana: User, ben: User) -> None:
    tell(ana, who="<script>")
    other = tell(ben)[0]
    client.force_login(ana)

    page = client.get("/account/inbox/")
    assert "&lt;script&gt; asks for your approval" in page.content.decode()
    assert unread_count(ana) == 1
    assert client.get("/account/inbox/read/").status_code == 405
    assert client.post("/account/inbox/read/", {"notice": "x"}).status_code == 400

    assert client.post("/account/inbox/read/", {"notice": str(other.pk)}).status_code == 302
    assert (unread_count(ana), unread_count(ben)) == (1, 1)
    client.post("/account/inbox/read/")
    assert (unread_count(ana), unread_count(ben)) == (0, 1)
