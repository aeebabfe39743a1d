"""How to pay: said once by staff in two languages, read out by agents, sent in a wording."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.contacts.models import Contact
from core.audit.models import AuditEntry
from loans.borrowers.models import Party
from loans.contracts.instructions import ways_to_pay
from loans.contracts.models import PaymentInstruction
from loans.contracts.services import retire_payment_instruction, set_payment_instruction
from loans.portfolios.refusals import Refused
from notifications.outbox.content import compose
from notifications.outbox.models import Message
from notifications.outbox.orders import Recheck
from tests.collections_app.builders import build_desk
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import agree_to_texts, build_account, build_template

pytestmark = pytest.mark.django_db

BANK = {
    "kind": "bank",
    "label": "Bank transfer",
    "text": "Example Bank\nAccount 12-345-678\nReference {reference}",
    "label_zh": "银行转账",
    "text_zh": "示范银行\n账号 12-345-678\n附言 {reference}",
}
LINK = {"kind": "card_link", "label": "Pay by card", "text": "https://pay.example/{reference}"}
WORDS = "{lender}: how to pay {contract_tail}.\n{how_to_pay}\n{opt_out}"


@pytest.fixture
def desk():
    with time_machine.travel(OPEN_AT, tick=False):
        yield build_desk()


def say(desk, **way):
    return set_payment_instruction(portfolio=desk.case.portfolio, by=CLERK, **way)


def facts(**changes):
    return {"label_zh": "", "text_zh": "", "loan": None} | changes


# --- what is said ------------------------------------------------------------------------


def test_a_way_is_said_in_a_language_and_names_the_contract():
    rows = [facts(**BANK), facts(**LINK)]

    english = ways_to_pay(rows, language="en", reference="AF-1")
    chinese = ways_to_pay(rows, language="zh-hans", reference="AF-1")

    assert [way.label for way in english] == ["Bank transfer", "Pay by card"]
    assert english[0].text.endswith("Reference AF-1")
    assert (english[0].href, english[1].href) == ("", "https://pay.example/AF-1")
    assert chinese[0].text.endswith("附言 AF-1")
    # Without Chinese words the others are said.
    assert chinese[1] == english[1]


def test_a_loan_of_its_own_way_is_told_no_other():
    own = facts(**LINK | {"loan": "its own"})
    assert [
        way.kind for way in ways_to_pay([facts(**BANK), own], language="en", reference="1")
    ] == ["card_link"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "barter"}, "instruction_kind"),
        ({"kind": "wechat", "text": "http://pay.example"}, "instruction_link"),
        (LINK | {"text_zh": "javascript:alert(1)"}, "instruction_link"),
        ({"text": "Send {amount} there"}, "instruction_field"),
        ({"label_zh": "{reference}{"}, "instruction_field"),
        ({"kind": "counter", "text": "Card 4111 1111 1111 1111"}, "card_number"),
        (LINK | {"text": "https://pay.example/4111111111111111", "text_zh": ""}, "card_number"),
        ({"label": " "}, "invalid"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_kept(desk, changes, code):
    with pytest.raises(Refused) as refused:
        say(desk, **(BANK | changes))

    assert refused.value.code == code
    assert not PaymentInstruction.objects.exists()
    assert not AuditEntry.objects.filter(action="instruction.create").exists()


# --- the agent ---------------------------------------------------------------------------


def case_page(client, desk, user=None):
    client.force_login(user or desk.cast.ana)
    return client.get(reverse("desk:case", args=[desk.case.pk]))


def test_the_case_says_it_in_the_persons_language_and_in_the_readers(client, desk):
    say(desk, **BANK)
    say(desk, **LINK)
    Party.objects.filter(pk=desk.case.borrower_id).update(language="zh-hans")

    paying = case_page(client, desk).context["paying"]

    bank, link = paying["ways"]
    number = desk.case.loan.contract_no
    assert (bank["label"], bank["read_label"]) == ("银行转账", "Bank transfer")
    assert f"附言 {number}" in bank["text"]
    assert f"Reference {number}" in bank["read_text"]
    assert (link["text"], link["read_text"]) == (f"https://pay.example/{number}", "")
    assert paying["reference"] == number


def test_what_was_taken_out_of_use_is_not_said_any_more(client, desk):
    retire_payment_instruction(instruction=say(desk, **BANK), by=CLERK)

    paying = case_page(client, desk).context["paying"]

    assert (paying["ways"], paying["send_href"]) == ([], "")


def test_it_is_said_without_a_query_more(client, desk):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            case_page(client, desk)
        return len(queries)

    none_said = [counted() for _time in range(2)][-1]
    for way in (BANK, LINK, BANK | {"kind": "counter"}):
        say(desk, **way)

    assert counted() == none_said
    assert len(case_page(client, desk).context["paying"]["ways"]) == 3


# --- the message -------------------------------------------------------------------------


@pytest.fixture
def wording(desk):
    build_account()
    agree_to_texts(desk.phone)
    build_template(code="overdue-sms", body="{lender}: {amount}. {opt_out}")
    return build_template(code="pay", purpose="payment_details", body=WORDS)


def read(client, desk):
    page = case_page(client, desk)
    return client.get(page.context["paying"]["send_href"])


def test_it_is_read_first_then_sent_in_an_approved_wording(client, desk, wording):
    say(desk, **BANK)
    number = desk.case.loan.contract_no
    page = read(client, desk)
    shown = page.context["message_shown"]["body"]
    assert f"Bank transfer: Example Bank\nAccount 12-345-678\nReference {number}" in shown

    form = page.context["message_form"]
    data = {name: form[name].value() for name in ("wording", "place", "token")}
    client.post(reverse("desk:write_message", args=[desk.case.pk]), data)

    message = Message.objects.get()
    assert (message.purpose, message.template) == ("payment_details", wording)
    page = client.get(reverse("desk:timeline", args=[desk.case.pk]))
    assert [one.kind for one in page.context["timeline"] if one.kind == "message"]
    assert not Contact.objects.exists()


def test_it_says_what_holds_when_it_leaves(client, desk, wording):
    old = say(desk, **BANK)
    form = read(client, desk).context["message_form"]
    data = {name: form[name].value() for name in ("wording", "place", "token")}
    client.post(reverse("desk:write_message", args=[desk.case.pk]), data)
    message = Message.objects.get()

    retire_payment_instruction(instruction=old, by=CLERK)
    say(desk, **BANK | {"text": "New Bank, account 99-1"})
    body = compose(message, Recheck(is_still_so=True)).rendered.body

    assert "New Bank, account 99-1" in body
    assert "Example Bank" not in body


def test_where_nobody_said_how_to_pay_nothing_can_be_sent(client, desk, wording):
    client.force_login(desk.cast.ana)
    page = client.get(
        reverse("desk:write_message", args=[desk.case.pk]), {"purpose": "payment_details"}
    )

    assert "message_shown" not in page.context
    assert "how_to_pay" in page.context["message_problem"]


# --- staff -------------------------------------------------------------------------------


def test_staff_say_it_and_take_it_back_on_the_page_of_the_portfolio(client, desk):
    client.force_login(desk.cast.administrator)
    code = desk.case.portfolio.code
    client.post(reverse("portfolios:add_way", args=[code]), BANK)
    way = PaymentInstruction.objects.get()
    page = client.get(reverse("portfolios:detail", args=[code]))
    assert [row["label_zh"] for row in page.context["ways"]] == ["银行转账"]

    client.post(reverse("portfolios:retire_way", args=[code, way.pk]))

    way.refresh_from_db()
    assert not way.is_active
    said = AuditEntry.objects.filter(object_id=str(way.pk)).values_list("action", flat=True)
    assert sorted(said) == ["instruction.create", "instruction.retire"]


def test_a_refusal_stands_on_the_form(client, desk):
    client.force_login(desk.cast.administrator)
    address = reverse("portfolios:add_way", args=[desk.case.portfolio.code])

    page = client.post(address, LINK | {"text": "http://pay.example"})

    assert page.status_code == 422
    assert "must begin with https" in page.content.decode()
    assert not PaymentInstruction.objects.exists()


@pytest.mark.parametrize("name", ["ana", "auditor"])
def test_who_may_not_change_the_portfolio_does_not_say_how_to_pay(client, desk, name):
    way = say(desk, **BANK)
    client.force_login(getattr(desk.cast, name))
    code = desk.case.portfolio.code

    answers = [
        client.post(reverse("portfolios:add_way", args=[code]), LINK),
        client.post(reverse("portfolios:retire_way", args=[code, way.pk])),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert PaymentInstruction.objects.filter(is_active=True).count() == 1


def test_the_way_of_another_portfolio_does_not_exist(client, desk):
    elsewhere = set_payment_instruction(portfolio=desk.cast.other_portfolio, by=CLERK, **BANK)
    client.force_login(desk.cast.administrator)

    address = reverse("portfolios:retire_way", args=[desk.case.portfolio.code, elsewhere.pk])

    assert client.post(address).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.is_active
