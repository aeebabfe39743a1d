"""Accounts with providers: complete or refused, secrets sealed, switched off at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.audit.models import AuditEntry
from core.encryption.secrets import secret_of
from notifications.channels.described import REQUIRED
from notifications.channels.fields import DESCRIBED
from notifications.channels.models import ChannelAccount, ChannelSlot
from notifications.channels.registry import ADAPTERS, SERVES, adapter_of
from notifications.channels.secrets import webhook_secrets
from notifications.channels.services import (
    change_account,
    create_account,
    end_previous_secret,
    rotate_secret,
    set_limits,
    switch_account,
)
from notifications.outbox.queries import accounts_with_work
from tests.loans.builders import CLERK
from tests.notifications.builders import build_post

pytestmark = pytest.mark.django_db


def create(**changes):
    values = {
        "name": "Texts",
        "channel": "sms",
        "adapter": "twilio",
        "settings": {"account_sid": "AC1", "sender": "+12125550100"},
        "secret": "first",
        "by": CLERK,
    }
    return create_account(**{**values, **changes})


def trail():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_account_is_ready_to_send_and_its_secret_is_sealed():
    account = create()

    assert adapter_of(account).code == "twilio"
    assert ChannelSlot.objects.filter(account=account).count() == account.parallel_calls
    kept = ChannelAccount.objects.get()
    assert b"first" not in bytes(kept.secret)
    assert secret_of(kept) == "first"
    entry = AuditEntry.objects.get(action="channel.created")
    assert "first" not in str(entry.data)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"adapter": "mail"}, "does not serve"),
        ({"settings": {}}, "account_sid"),
        ({"settings": {"account_sid": "AC1"}}, "it sends from"),
        ({"secret": ""}, "needs a secret"),
        ({"settings": {"account_sid": "AC1", "auth_token": "x"}}, "looks like a secret"),
        ({"adapter": "gateway", "settings": {"url": "ftp://a"}}, "https://"),
        ({"adapter": "gateway", "settings": {"url": "https://a", "lookup": "guess"}}, "lookup"),
        ({"channel": "email", "adapter": "mail", "settings": {"sender": "x"}}, "host"),
        ({"channel": "email", "adapter": "mail", "settings": {"sender": "x"}}, "e-mail address"),
        ({"name": " "}, "name"),
    ],
)
def test_an_account_that_could_not_work_is_refused_whole(changes, says):
    with pytest.raises(ValidationError, match=says):
        create(**changes)
    assert not ChannelAccount.objects.exists()
    assert trail() == []


def test_one_account_for_each_channel_and_portfolio():
    create()
    with pytest.raises(ValidationError, match="There is an account"):
        create(name="Other")
    assert ChannelAccount.objects.count() == 1


def test_every_adapter_serves_a_channel():
    assert set(ADAPTERS) == {code for codes in SERVES.values() for code in codes}


def test_the_kill_switch_says_who_and_why_and_what_waits_stays():
    post = build_post()
    post.owe()
    assert accounts_with_work() == [post.account]

    switch_account(account=post.account, is_on=False, reason="Wrong sums go out", by=CLERK)

    assert accounts_with_work() == []
    account = ChannelAccount.objects.get()
    assert (account.switched_by, account.switched_reason) == (CLERK.label, "Wrong sums go out")
    assert AuditEntry.objects.get(action="channel.switched_off").reason == "Wrong sums go out"

    switch_account(account=account, is_on=True, reason="Mended", by=CLERK)
    assert accounts_with_work() == [post.account]


def test_a_switch_without_reason_or_twice_is_refused():
    account = create()
    for is_on, reason in ((False, " "), (True, "again")):
        with pytest.raises(ValidationError):
            switch_account(account=account, is_on=is_on, reason=reason, by=CLERK)
    account.refresh_from_db()
    assert account.is_on
    assert trail() == ["channel.created"]


def test_two_secrets_hold_for_webhooks_until_the_old_one_is_ended():
    account = create()
    account = rotate_secret(account=account, secret="second", by=CLERK)

    assert secret_of(account) == "second"
    assert webhook_secrets(account) == ("second", "first")

    account = end_previous_secret(account=account, by=CLERK)
    assert webhook_secrets(account) == ("second",)
    with pytest.raises(ValidationError, match="no secret before"):
        end_previous_secret(account=account, by=CLERK)


def test_webhooks_may_have_a_secret_of_their_own():
    account = create(webhook_secret="signs")
    assert webhook_secrets(account) == ("signs",)

    account = rotate_secret(account=account, secret="calls", by=CLERK)
    assert webhook_secrets(account) == ("signs",)  # the secret of calls signs nothing

    account = rotate_secret(account=account, secret="signs anew", of_webhooks=True, by=CLERK)
    assert webhook_secrets(account) == ("signs anew", "signs")
    with pytest.raises(ValidationError, match="new secret"):
        rotate_secret(account=account, secret="calls", by=CLERK)


def test_more_calls_at_once_get_their_slots_and_limits_have_bounds():
    account = create()
    set_limits(account=account, rate_per_second=50, parallel_calls=9, by=CLERK)
    assert ChannelSlot.objects.filter(account=account).count() == 9

    for rate, calls in ((0, 4), (5_000, 4), (5, 0), (5, 500)):
        with pytest.raises(ValidationError):
            set_limits(account=account, rate_per_second=rate, parallel_calls=calls, by=CLERK)
    account.refresh_from_db()
    assert (account.rate_per_second, account.parallel_calls) == (50, 9)


def test_who_edits_an_account_cannot_have_its_secret_sent_to_themselves():
    account = create(adapter="gateway", settings={"url": "https://sms.example", "lookup": "none"})
    elsewhere = {"url": "https://mine.example", "lookup": "none"}
    with pytest.raises(ValidationError, match="give the secret again"):
        change_account(account=account, name="Texts", settings=elsewhere, by=CLERK)
    account.refresh_from_db()
    assert account.settings["url"] == "https://sms.example"
    assert trail() == ["channel.created"]

    change_account(account=account, name="Texts", settings=elsewhere, secret="theirs", by=CLERK)

    account.refresh_from_db()
    assert (account.settings["url"], secret_of(account)) == ("https://mine.example", "theirs")
    assert trail() == ["channel.created", "channel.changed", "channel.secret_rotated"]


def test_what_does_not_say_who_is_called_needs_no_secret():
    account = create()
    changed = change_account(
        account=account,
        name="Texts US",
        settings={"account_sid": "AC1", "sender": "LENDER", "find_delay": 90},
        by=CLERK,
    )
    assert (changed.name, secret_of(changed)) == ("Texts US", "first")
    assert AuditEntry.objects.get(action="channel.changed").data["settings"] == [
        "find_delay",
        "sender",
    ]


def test_every_setting_an_adapter_needs_has_its_field():
    assert set(DESCRIBED) == set(ADAPTERS)
    assert REQUIRED == {
        "twilio": ("account_sid",),
        "aliyun": ("access_key_id",),
        "gateway": ("url",),
        "mail": ("sender",),
        "letters": ("sender_lines",),
        "files": (),
    }
    for adapter, names in REQUIRED.items():
        fields = {setting.name: setting for setting in DESCRIBED[adapter].settings}
        assert all(fields[name].is_required for name in names), adapter
