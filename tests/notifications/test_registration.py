"""Wordings that a provider keeps itself: said on the pages, refused before and while sending."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.access.rights import Role
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.services import VersionDraft, write_strategy
from collections_app.strategy.thanks import follow_payments
from collections_app.strategy.version_page import version_context
from core.audit.models import AuditEntry
from loans.repayments.models import Repayment
from notifications.channels.models import ChannelAccount
from notifications.outbox import claiming, sending
from notifications.outbox.claiming import claim
from notifications.outbox.models import Message
from notifications.outbox.reasons import sentence
from notifications.templates.models import TemplateVersion
from tests.collections_app.strategies import IN_FORCE_FROM, a_line, build_strategy, message_about
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK, build_cast
from tests.notifications.builders import approve, build_post, client_of, pay
from tests.notifications.test_sending import Told

pytestmark = pytest.mark.django_db
REGISTERED = {"signature": "南方金融", "provider_code": "SMS_71390007"}


@pytest.fixture
def post():
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_post()


@pytest.fixture
def told(monkeypatch):
    adapter = Told()
    for module in (sending, claiming):
        monkeypatch.setattr(module, "adapter_of", lambda account: adapter)
    return adapter


def serve_by_aliyun():
    ChannelAccount.objects.update(adapter="aliyun", settings={"access_key_id": "K"})


def send(post):
    taken = claim(account=ChannelAccount.objects.get())
    for message_id in taken.message_ids:
        sending.send_one(message_id=message_id, token=taken.token)


def test_an_order_for_an_unregistered_wording_is_refused_with_what_to_do(post):
    serve_by_aliyun()

    with pytest.raises(ValidationError) as refused:
        post.owe()

    (said,) = refused.value.messages
    assert "registered signature and the provider's template code" in said
    assert "“overdue-sms” (en)" in said
    assert not Message.objects.exists()


def test_a_registered_wording_leaves_with_its_signature_and_code(post, told):
    TemplateVersion.objects.filter(template=post.template).update(status="retired")
    approve(post.template, body="{lender}: {amount}. {opt_out}", version=2, **REGISTERED)
    serve_by_aliyun()

    post.owe()
    send(post)

    (outgoing,) = told.sent
    assert (outgoing.signature, outgoing.template_code) == ("南方金融", "SMS_71390007")
    assert Message.objects.get().state == "accepted"


def test_a_planned_one_stops_with_the_reason_and_no_provider_is_called(post, told):
    message = post.owe()
    serve_by_aliyun()

    send(post)

    message.refresh_from_db()
    assert (message.state, message.reason) == ("suppressed", "unregistered")
    assert "write a version of “overdue-sms” (en)" in sentence(
        message.reason, message.reason_values
    )
    assert told.sent == []


def test_a_strategy_is_not_written_on_such_a_wording_and_a_standing_one_says_so(post):
    build_strategy(post.portfolio)
    serve_by_aliyun()
    before = StrategyVersion.objects.count()

    with pytest.raises(ValidationError, match="late: The provider sends only texts"):
        write_strategy(
            portfolio=post.portfolio, draft=VersionDraft(IN_FORCE_FROM, [a_line()]), by=CLERK
        )

    assert StrategyVersion.objects.count() == before
    assert AuditEntry.objects.filter(action="strategy.written").count() == before
    cast = build_cast(portfolio=post.portfolio)
    context = version_context(StrategyVersion.objects.get(), user=cast.administrator, asked_day={})
    assert [said[:5] for said in context["lacking"]] == ["late:"]


def test_thanks_that_would_be_refused_hold_up_no_payment(post):
    line = {"code": "thanks", "trigger": "payment", "first_day": 0, "last_day": 0}
    build_strategy(post.portfolio, a_line(template=message_about("thanks"), **line))
    serve_by_aliyun()
    pay(post.loan, post.owed)

    assert follow_payments() == Repayment.objects.count()

    assert not Message.objects.exists()


def test_the_pages_of_wordings_say_what_a_chinese_text_message_needs(post):
    cast = build_cast(portfolio=post.portfolio)
    manager = client_of(cast.ben, Role.MANAGER)
    page = reverse("wordings:template", args=["overdue-sms"])
    write = reverse("wordings:write", args=["overdue-sms"])

    chinese = {row["name"]: row["must_register"] for row in manager.get(page).context["languages"]}
    assert list(chinese.values()) == [False, True]
    assert manager.get(write, {"language": "en"}).context["must_register"] is False
    shown = manager.get(write, {"language": "zh-hans"}).content.decode()
    assert "give the registered signature and the provider's template code" in shown

    ChannelAccount.objects.update(name="Aliyun 1")
    serve_by_aliyun()

    shown = manager.get(page).content.decode()
    assert "nothing of this leaves through Aliyun 1" in shown
    assert "not registered with the provider" in shown
    assert manager.get(write, {"language": "en"}).context["must_register"] is True
