"""The page of letters: a batch made, its file taken, posted or failed; the messages follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.access.rights import Role
from collections_app.strategy.planning import plan_day
from compliance.attempts.models import Settlement
from core import clock
from core.audit.models import AuditEntry
from core.ids import uuid7
from loans.borrowers.models import Address
from notifications.letters.models import Letter, LetterBatch
from notifications.letters.posting import mark_failed, mark_posted
from notifications.letters.services import print_batch
from notifications.outbox.models import Message, MessageEvent
from notifications.outbox.running import run_account
from tests.collections_app.strategies import a_line, build_strategy
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK, build_cast
from tests.notifications.builders import Post, build_account, build_template, client_of

pytestmark = pytest.mark.django_db
BODY = "Dear {name},\n\n{amount} is past due.\n\n{lender}"


@pytest.fixture
def post():
    with time_machine.travel(OPEN_AT, tick=True):
        portfolio = reachable_portfolio()
        loan, phone = reachable_loan(portfolio)
        account = build_account(
            adapter="letters", channel="letter", settings={"sender_lines": ["Lakeland"]}
        )
        template = build_template(code="overdue-letter", body=BODY, channel="letter")
        yield Post(portfolio, loan, phone, template, account)


@pytest.fixture
def cast(post):
    return build_cast(portfolio=post.portfolio)


def write(post, **changes):
    address = Address.objects.filter(party=post.phone.party_id, is_current=True).first()
    post.owe(contact_point_id=None, address_id=address.pk, **changes)
    run_account(post.account, seconds=2)
    return Message.objects.order_by("-pk")[0]


def printed(post):
    write(post)
    return print_batch(account=post.account, by=CLERK)


def at(name, row):
    return reverse(f"messages:{name}", args=[row.pk])


def token(**data):
    return {"token": uuid7().hex, **data}


def test_a_batch_is_made_of_what_waits_and_its_file_is_taken_on_record(post, cast):
    write(post)
    lead = client_of(cast.ben)
    page = lead.get(reverse("messages:letters"))
    assert [row["count"] for row in page.context["waiting"]] == [1]

    answer = lead.post(at("letters_print", post.account))

    batch = LetterBatch.objects.get()
    assert answer.url == at("letter_batch", batch)
    again = lead.post(at("letters_print", post.account), follow=True)
    assert "Nothing waits to be printed here." in again.content.decode()
    assert LetterBatch.objects.count() == 1
    file = lead.post(at("letters_file", batch))
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert file["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(action="letters.read")
    assert (entry.actor_id, entry.object_id) == (str(cast.ben.pk), str(batch.pk))
    assert lead.get(at("letters_file", batch)).status_code == 405


def test_posted_is_said_on_every_message_and_once(post, cast):
    batch = printed(post)
    lead = client_of(cast.ben)
    today = clock.now().date()
    early = lead.post(at("letters_posted", batch), token(on=today - timedelta(days=9)))
    assert early.status_code == 422
    assert not MessageEvent.objects.filter(word="posted").exists()
    data = token(on=today.isoformat())

    answers = [lead.post(at("letters_posted", batch), data).status_code for _twice in range(2)]

    assert answers == [302, 302]
    assert lead.post(at("letters_posted", batch), token(on=today)).status_code == 422
    event = MessageEvent.objects.get(word="posted")
    assert (event.state, event.values) == ("accepted", {"day": today.isoformat()})
    assert event.by == AuditEntry.objects.get(action="letters.posted").actor_label
    page = lead.get(at("message", event.message))
    assert f"Posted on {today.isoformat()}" in page.content.decode()


def test_one_that_was_not_posted_was_no_contact_and_is_not_said_to_be(post, cast):
    batch = printed(post)
    letter = Letter.objects.get()
    lead = client_of(cast.ben)
    missing = lead.post(at("letter_failed", letter), token(failure="not_posted", note=" "))
    assert missing.status_code == 422
    assert Letter.objects.get().failure == ""

    done = lead.post(at("letter_failed", letter), token(failure="not_posted", note="smudged"))
    mark_posted(batch=batch, on=clock.now().date(), by=CLERK)

    assert done.status_code == 302
    message = Message.objects.get()
    assert (message.state, message.reason) == ("undelivered", "not_posted")
    assert message.reason_values == {"said": "smudged"}
    outcomes = Settlement.objects.filter(attempt=message.attempt).order_by("sequence")
    assert [row.outcome for row in outcomes] == ["sent", "not_made"]
    assert not MessageEvent.objects.filter(word="posted").exists()
    assert AuditEntry.objects.get(action="letter.failed").reason == "smudged"
    twice = lead.post(at("letter_failed", letter), token(failure="not_posted", note="again"))
    assert twice.status_code == 422


def test_to_the_address_a_letter_came_back_from_none_is_planned_again(post, cast):
    build_strategy(post.portfolio, a_line(template=post.template))
    today = clock.local_today(post.portfolio.time_zone)
    batch = printed(post)
    letter = Letter.objects.get()
    with pytest.raises(ValidationError, match="Say first when the batch was posted"):
        mark_failed(letter=letter, failure="came_back", note="moved", by=CLERK)
    assert Message.objects.get().state == "accepted"
    mark_posted(batch=batch, on=clock.now().date(), by=CLERK)

    mark_failed(letter=letter, failure="came_back", note="moved", by=CLERK)

    message = Message.objects.get()
    assert (message.state, message.reason) == ("undelivered", "came_back")
    outcomes = Settlement.objects.filter(attempt=message.attempt)
    assert [row.outcome for row in outcomes] == ["sent"]
    assert plan_day(portfolio=post.portfolio, on=today, by=CLERK) == 0


def test_an_address_that_took_its_letter_is_written_to_again(post):
    build_strategy(post.portfolio, a_line(template=post.template))
    mark_posted(batch=printed(post), on=clock.now().date(), by=CLERK)
    today = clock.local_today(post.portfolio.time_zone)
    assert plan_day(portfolio=post.portfolio, on=today, by=CLERK) == 1


def test_letters_of_portfolios_out_of_scope_are_neither_printed_nor_read(post, cast):
    write(post)
    stranger = client_of(cast.cleo, Role.MANAGER)

    page = stranger.get(reverse("messages:letters"))
    assert [row["count"] for row in page.context["waiting"]] == [0]
    stranger.post(at("letters_print", post.account))
    assert not LetterBatch.objects.exists()
    batch = print_batch(account=post.account, by=CLERK)

    assert stranger.get(reverse("messages:letters")).context["rows"] == []
    for name in ("letters_file", "letters_posted"):
        assert stranger.post(at(name, batch), token(on="2026-05-12")).status_code == 404
    assert stranger.get(at("letter_batch", batch)).status_code == 404
    assert stranger.get(at("letter_failed", Letter.objects.get())).status_code == 404
    assert not AuditEntry.objects.filter(action="letters.read").exists()


def test_who_may_only_look_on_takes_no_file_and_marks_nothing(post, cast):
    batch = printed(post)
    auditor = client_of(cast.auditor)
    assert auditor.get(reverse("messages:letters")).status_code == 200
    page = auditor.get(at("letter_batch", batch))
    assert (page.status_code, page.context["file_href"], page.context["posted_form"]) == (
        200,
        "",
        None,
    )
    for name, row in (
        ("letters_file", batch),
        ("letters_posted", batch),
        ("letters_print", post.account),
        ("letter_failed", Letter.objects.get()),
    ):
        assert auditor.post(at(name, row), token(on="2026-05-12")).status_code == 403, name
    assert client_of(cast.ben, Role.AGENT).get(reverse("messages:letters")).status_code == 403
    batch.refresh_from_db()
    assert batch.posted_on is None
    assert not AuditEntry.objects.filter(action__startswith="letters.read").exists()


def test_a_batch_reads_with_as_many_queries_for_many_letters_as_for_one(
    post, cast, django_assert_max_num_queries
):
    for day in range(6):
        write(post, anchor=f"due:2026-07-{day + 1:02}")
    batch = print_batch(account=post.account, by=CLERK)
    lead = client_of(cast.ben)
    lead.get(at("letter_batch", batch))

    with django_assert_max_num_queries(14):
        page = lead.get(at("letter_batch", batch))
    assert len(page.context["lines"]) == batch.letter_count
