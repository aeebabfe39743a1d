"""Letters: filed once, printed in batches whose bytes stay, never with an empty box for a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command

from core import clock
from core.audit.models import AuditEntry
from core.encryption import destroy
from core.files import open_stored
from loans.borrowers.models import Address
from notifications.letters.layout import LetterText, print_letters, unprintable
from notifications.letters.models import Letter, LetterBatch
from notifications.letters.posting import mark_posted
from notifications.letters.services import print_batch
from notifications.letters.tasks import print_waiting_letters
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from tests.compliance.builders import OPEN_AT, reachable_loan, reachable_portfolio
from tests.loans.builders import CLERK
from tests.notifications.builders import Post, approve, build_account, build_template

BODY = "Dear {name},\n\n{amount} is past due. Please call {phone}.\n\n{lender}"


@pytest.fixture
def post(db):
    with time_machine.travel(OPEN_AT, tick=True):
        portfolio = reachable_portfolio()
        loan, phone = reachable_loan(portfolio)
        account = build_account(
            adapter="letters",
            channel="letter",
            settings={"sender_lines": ["Lakeland Auto Loans", "1 Main St"], "paper": "letter"},
        )
        template = build_template(code="overdue-letter", body=BODY, channel="letter")
        yield Post(portfolio, loan, phone, template, account)


def write(post, **changes):
    address = Address.objects.filter(party=post.phone.party_id, is_current=True).first()
    post.owe(contact_point_id=None, address_id=address.pk, **changes)
    run_account(post.account, seconds=2)
    return Message.objects.order_by("-pk")[0]


def bytes_of(batch):
    with open_stored(batch.file) as content:
        return content.read()


def test_a_letter_is_accepted_when_filed_and_printed_with_the_next_batch(post):
    message = write(post)
    assert message.state == "accepted", (message.reason, message.reason_values)
    letter = Letter.objects.get(message=message)
    assert message.provider_ref == letter.pk.hex
    assert message.party.full_name.encode() not in bytes(letter.content)

    print_waiting_letters()
    print_waiting_letters()

    batch = LetterBatch.objects.get()
    letter.refresh_from_db()
    assert (letter.batch, letter.first_page, letter.page_count) == (batch, 1, 1)
    pdf = bytes_of(batch)
    assert pdf.startswith(b"%PDF-")
    assert bytes_of(batch) == pdf  # printed again, it is the very same
    entry = AuditEntry.objects.get(action="letters.printed")
    assert (entry.count, entry.data["sha256"]) == (1, batch.file.sha256)


def test_letters_of_a_person_whose_data_was_erased_are_not_printed(post):
    write(post)
    destroy(post.phone.party.data_key)
    assert print_batch(account=post.account, by=CLERK) is None
    assert not LetterBatch.objects.exists()


def test_a_name_the_font_cannot_write_is_refused_and_not_printed_as_a_box(post):
    rare = "吉\U00020bb7"
    approve(post.template, body=f"{rare} {BODY}", language="zh-hans")
    message = write(post, language="zh-hans")

    assert (message.state, message.reason) == ("failed", "refused")
    assert "U+20BB7" in message.reason_values["said"]
    assert not Letter.objects.exists()


def test_a_batch_is_posted_once_on_a_day_that_can_be(post):
    write(post)
    batch = print_batch(account=post.account, by=CLERK)
    today = clock.now().date()
    for day in (today - timedelta(days=9), today + timedelta(days=9)):
        with pytest.raises(ValidationError, match="between"):
            mark_posted(batch=batch, on=day, by=CLERK)

    mark_posted(batch=batch, on=today, by=CLERK)

    with pytest.raises(ValidationError, match="posted these letters"):
        mark_posted(batch=batch, on=today, by=CLERK)
    batch.refresh_from_db()
    assert (batch.posted_on, batch.posted_by) == (today, CLERK.label)


def test_batches_are_handed_to_the_printer_as_they_were_made(post, tmp_path):
    write(post)
    batch = print_batch(account=post.account, by=CLERK)

    for _ in range(2):
        call_command("export_letters", tmp_path, by="Post room")
    (file,) = tmp_path.iterdir()

    assert file.read_bytes() == bytes_of(batch)
    assert file.stat().st_mode & 0o077 == 0
    told = AuditEntry.objects.filter(action="letters.exported")
    assert {entry.actor_label for entry in told} == {"Post room"}
    call_command("export_letters", tmp_path, posted=clock.now().date())
    assert not LetterBatch.objects.filter(posted_on=None).exists()


def test_long_letters_go_on_and_each_begins_a_page():
    short, long = "Please call us.", "请尽快与我们联系，合同尾号1234的欠款为¥1,234.56。" * 200
    letters = [
        LetterText("陈晓明\n广州市天河区", "Your loan", text, "ab12cd34", "12 May 2026")
        for text in (short, long, short)
    ]
    printed = print_letters(letters, settings={}, made_at=clock.now())

    assert printed.pages[0] == printed.pages[2] == 1
    assert printed.pages[1] > 2
    assert len(printed.pdf) < 120_000  # the font is cut down to what the letters show


def test_both_languages_can_be_written():
    assert (
        unprintable("Zoë O’Neill – “ok” € 尊敬的陈晓明先生：您的欠款为¥1,234.56，请致电。镕喆")
        == []
    )
    assert unprintable("a\U00020bb7") == ["\U00020bb7"]
