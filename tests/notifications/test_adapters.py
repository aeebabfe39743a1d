"""What each provider's behaviour is taken for: certain, certainly not, or unknown."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from notifications.channels import http, mail
from notifications.channels.adapters import (
    Absent,
    Accepted,
    CannotTell,
    Found,
    Outgoing,
    Refused,
    Unknown,
)
from notifications.channels.aliyun import AliyunSms, sign
from notifications.channels.gateway import Gateway
from notifications.channels.mail import Mail
from notifications.channels.twilio import TwilioSms
from notifications.templates.segments import count_parts
from tests.notifications.faulty_provider import running_provider, taken
from tests.notifications.vectors import vectors

#: Adapter -> how it is made for a provider at an address, and whether it can be asked.
WAYS = {
    "twilio": (lambda url: TwilioSms({"account_sid": "AC1", "host": url}, "s", "sms"), True),
    "aliyun": (lambda url: AliyunSms({"access_key_id": "K", "host": url}, "s", "sms"), True),
    "gateway by reference": (
        lambda url: Gateway({"url": url, "lookup": "reference"}, "s", "sms"),
        True,
    ),
    "gateway by recipient": (
        lambda url: Gateway({"url": url, "lookup": "recipient_date"}, "s", "sms"),
        True,
    ),
    "gateway": (lambda url: Gateway({"url": url}, "s", "sms"), False),
    "mail": (
        lambda url: Mail(
            {"provider": "postmark", "sender": "us@example.com", "url": url}, "s", "email"
        ),
        False,
    ),
}
CERTAIN = {"": Accepted, "busy": Refused, "refused_now": Refused}
UNKNOWN = ("reset_after", "error_after", "hang_after", "garbage_after")


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    log = tmp_path_factory.mktemp("provider") / "taken"
    with running_provider(log, seed="adapters") as url:
        yield url, log


@pytest.fixture(autouse=True)
def short_time_outs(monkeypatch):
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.7)
    monkeypatch.setattr(mail, "TOTAL_SECONDS", 0.7)


def behave(url, fault):
    told = {"faults": {fault: 1.0} if fault else {}, "hang_seconds": 1.5}
    http.call(method="POST", url=f"{url}/_faults", headers={}, body=json.dumps(told).encode())


def outgoing(way):
    reference = uuid4().hex
    number = f"+1212555{int(reference[:4], 16) % 10_000:04d}"
    return Outgoing(
        reference=reference,
        recipient=f"{reference}@example.com" if way == "mail" else number,
        subject="Your loan",
        body=f"Please call. {reference}",
        template_code="SMS_1",
        template_fields={"reference": reference},
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [*CERTAIN, *UNKNOWN])
def test_what_a_provider_does_gets_its_right_name(provider, way, fault):
    url, log = provider
    make, can_ask = WAYS[way]
    behave(url, fault)
    message = outgoing(way)
    adapter = make(url)

    result = adapter.send(message)

    assert type(result) is CERTAIN.get(fault, Unknown), result
    took = [row["reference"] for row in taken(log)].count(message.reference)
    assert took == (0 if fault in ("busy", "refused_now") else 1)
    if fault == "busy":
        assert (result.may_retry, result.retry_after, result.address_is_bad) == (True, 1.0, False)
    if fault == "refused_now":
        assert (result.may_retry, result.address_is_bad) == (False, True)
    answer = adapter.find(message)
    expected = (Found if took else Absent) if can_ask else CannotTell
    assert type(answer) is expected, answer
    if isinstance(result, Accepted) and can_ask:
        assert answer.provider_ref == result.provider_ref


@pytest.mark.parametrize("way", WAYS)
def test_a_provider_that_is_away_certainly_took_nothing(way):
    adapter = WAYS[way][0]("http://127.0.0.1:9")

    result = adapter.send(outgoing(way))

    assert isinstance(result, Refused)
    assert result.may_retry
    # Away is no answer: nothing may be concluded from it.
    assert isinstance(adapter.find(outgoing(way)), CannotTell)


def test_signs_like_the_worked_example_of_alibaba_cloud():
    example, wrong = vectors("aliyun_signature")
    signed = sign(example["params"], secret=example["secret"], verb=example["verb"])
    assert signed["Signature"] == example["expected_signature"]

    lowered = example["params"] | {"AccessKeyId": "testid"}
    other = sign(lowered, secret="testsecret", verb="GET")
    assert other["Signature"] != wrong["expected_not"]


@pytest.mark.parametrize("vector", vectors("sms_segments"), ids=lambda vector: vector["id"])
def test_counts_parts_as_providers_bill_them(vector):
    counted = count_parts(vector["text"])
    assert (counted.encoding, counted.parts) == (vector["encoding"], vector["segments"])


def test_a_pair_that_takes_two_places_is_never_split_over_two_parts():
    # 152 characters leave one septet in the first part; the euro sign needs two.
    assert count_parts("a" * 152 + "€" + "a" * 152).parts == 3
    assert count_parts("中" * 66 + "😀" + "中" * 66).parts == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["refused_now", "error_after", "garbage_after"])
def test_no_result_names_the_recipient_in_clear(provider, way, fault):
    url, _log = provider
    behave(url, fault)
    message = outgoing(way)
    assert message.recipient not in repr(WAYS[way][0](url).send(message))
