"""Pages of accounts with providers: made, edited, secrets renewed and never shown, asked about."""

from __future__ import annotations

import http.server
import json
import threading

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.access.rights import Role
from core.audit.models import AuditEntry
from core.encryption.secrets import secret_of
from notifications.channels.models import ChannelAccount
from notifications.channels.secrets import webhook_secrets
from tests.compliance.builders import OPEN_AT, reachable_portfolio
from tests.loans.builders import build_cast
from tests.notifications.builders import build_account, client_of

pytestmark = pytest.mark.django_db
LONG = "a-long-secret-of-webhooks"


@pytest.fixture
def portfolio():
    with time_machine.travel(OPEN_AT, tick=True):
        yield reachable_portfolio()


@pytest.fixture
def cast(portfolio):
    return build_cast(portfolio=portfolio)


def new(channel="sms", adapter="twilio"):
    return reverse("messages:account_new", args=[channel, adapter])


def at(name, account):
    return reverse(f"messages:account_{name}", args=[account.pk])


def twilio(**changes):
    told = {
        "name": "Texts",
        "account_sid": "AC1",
        "sender": "+12125550100",
        "find_delay": "60",
        "secret": "token-of-calls",
    }
    return {**told, **changes}


def trail():
    rows = AuditEntry.objects.filter(action__startswith="channel.").order_by("pk")
    return [row.action for row in rows]


# --- making ------------------------------------------------------------------------------


def test_an_account_is_made_with_its_adapters_fields_and_its_secret_stays_inside(cast, portfolio):
    boss = client_of(cast.ben, Role.MANAGER)
    page = boss.get(new())
    assert {"account_sid", "service_sid", "receipts_url"} <= set(page.context["form"].fields)
    assert "access_key_id" not in page.context["form"].fields

    answer = boss.post(new(), twilio(portfolio=str(portfolio.pk), call_back_phone="400"))

    account = ChannelAccount.objects.get()
    assert answer.url == reverse("messages:channel", args=[account.pk])
    assert (account.portfolio, account.adapter) == (portfolio, "twilio")
    assert account.settings == {
        "account_sid": "AC1",
        "sender": "+12125550100",
        "find_delay": 60,
        "call_back_phone": "400",
    }
    assert secret_of(account) == "token-of-calls"
    for name in ("channel", "account_edit", "account_secret"):
        shown = boss.get(reverse(f"messages:{name}", args=[account.pk])).content.decode()
        assert "token-of-calls" not in shown, name
    assert "token-of-calls" not in str(list(AuditEntry.objects.values_list("data", "reason")))
    assert boss.post(new(), twilio(portfolio=str(portfolio.pk))).status_code == 422
    assert ChannelAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("where", "changes", "says"),
    [
        (("sms", "twilio"), {"account_sid": ""}, "Account SID"),
        (("sms", "twilio"), {"sender": ""}, "it sends from"),
        (("sms", "twilio"), {"secret": ""}, "needs a secret"),
        (("sms", "twilio"), {"webhook_secret": "short"}, "16"),
        (("sms", "gateway"), {"url": "ftp://a", "lookup": "none"}, "https://"),
        (("email", "mail"), {"sender": "loans@l.example", "provider": "smtp"}, "host"),
        (("letter", "letters"), {"paper": "a4", "sender_lines": " "}, "Sender"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(cast, where, changes, says):
    page = client_of(cast.administrator).post(new(*where), twilio(**changes))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert "token-of-calls" not in page.content.decode()
    assert not ChannelAccount.objects.exists()
    assert trail() == []


def test_letters_and_mail_keep_lines_numbers_and_ticks_as_what_they_are(cast):
    admin_ = client_of(cast.administrator)
    admin_.post(
        new("letter", "letters"),
        {"name": "Post", "sender_lines": "Lakeland\r\n 1 Main St \r\n", "paper": "letter"},
    )
    admin_.post(
        new("email", "mail"),
        {
            "name": "Mail",
            "provider": "smtp",
            "sender": "loans@l.example",
            "host": "mail.l.example",
            "port": "2525",
        },
    )

    letters, mail = ChannelAccount.objects.order_by("-channel")
    assert letters.settings == {"sender_lines": ["Lakeland", "1 Main St"], "paper": "letter"}
    assert (mail.settings["port"], mail.settings["use_tls"]) == (2525, False)
    edit = admin_.get(at("edit", letters))
    assert edit.context["form"]["sender_lines"].value() == "Lakeland\n1 Main St"


def test_an_account_for_everybody_is_made_and_written_by_who_sees_everything(cast, portfolio):
    boss = client_of(cast.ben, Role.MANAGER)
    assert boss.post(new(), twilio()).status_code == 422
    assert not ChannelAccount.objects.exists()
    assert client_of(cast.administrator).post(new(), twilio()).status_code == 302
    account = ChannelAccount.objects.get()
    assert account.portfolio is None

    assert boss.get(reverse("messages:channel", args=[account.pk])).status_code == 200
    for name in ("edit", "secret"):
        assert boss.get(at(name, account)).status_code == 403, name
        assert boss.post(at(name, account), {}).status_code == 403, name
    for name in ("end_secret", "probe"):
        assert boss.post(at(name, account)).status_code == 403, name
    assert trail() == ["channel.created"]


def test_without_the_right_or_out_of_scope_there_is_nothing_to_write(cast, portfolio):
    account = build_account(portfolio=portfolio)
    auditor, stranger = client_of(cast.auditor), client_of(cast.cleo, Role.MANAGER)

    for address in (reverse("messages:account_kinds"), new(), at("edit", account)):
        assert auditor.get(address).status_code == 403
    for name in ("edit", "secret", "end_secret", "probe"):
        assert auditor.post(at(name, account), {"name": "x"}).status_code == 403, name
        assert stranger.post(at(name, account), {"name": "x"}).status_code == 404, name
    assert client_of(cast.administrator).get(new("letter", "twilio")).status_code == 404
    account.refresh_from_db()
    assert account.name == "SMS"
    assert trail() == []


def test_the_administration_has_no_second_way_to_write_them():
    ours = list(apps.get_app_config("notifications").get_models())
    assert [model for model in ours if admin.site.is_registered(model)] == []


# --- editing -----------------------------------------------------------------------------


def gateway(**changes):
    told = {"name": "Texts", "url": "https://sms.example", "lookup": "none", "find_delay": "60"}
    return {**told, **changes}


def test_an_edit_keeps_what_no_field_speaks_of_and_asks_for_the_secret_for_another_address(
    cast, portfolio
):
    account = build_account(portfolio=portfolio, settings={"url": "https://sms.example", "x": "y"})
    admin_ = client_of(cast.administrator)

    refused = admin_.post(at("edit", account), gateway(url="https://mine.example"))
    assert refused.status_code == 422
    assert "give the secret again" in refused.content.decode()
    account.refresh_from_db()
    assert account.settings["url"] == "https://sms.example"
    assert trail() == []

    assert admin_.post(at("edit", account), gateway(name="Texts 2")).status_code == 302

    account.refresh_from_db()
    assert (account.name, account.settings["x"]) == ("Texts 2", "y")
    assert "call_back_phone" not in account.settings  # the field was sent empty
    assert trail() == ["channel.changed"]


# --- secrets -----------------------------------------------------------------------------


def test_a_secret_is_renewed_and_the_one_before_signs_until_it_is_ended(cast, portfolio):
    account = build_account(portfolio=portfolio)
    admin_ = client_of(cast.administrator)
    short = admin_.post(at("secret", account), {"which": "webhooks", "secret": "short"})
    assert short.status_code == 422
    assert trail() == []

    done = admin_.post(at("secret", account), {"which": "webhooks", "secret": LONG}, follow=True)

    account = ChannelAccount.objects.get()
    assert webhook_secrets(account) == (LONG, "of the account")
    assert LONG not in done.content.decode()
    assert "accepted too" in done.context["signing"]
    assert admin_.post(
        at("secret", account), {"which": "webhooks", "secret": LONG}
    ).status_code == (422)
    admin_.post(at("end_secret", account))
    assert webhook_secrets(ChannelAccount.objects.get()) == (LONG,)
    assert trail() == ["channel.secret_rotated", "channel.secret_ended"]
    again = admin_.post(at("end_secret", account), follow=True)
    assert "There is no secret before this one." in again.content.decode()


def test_the_page_says_where_the_provider_calls_and_how_it_signs(cast, portfolio):
    settings = {"provider": "postmark", "sender": "loans@l.example"}
    account = build_account(adapter="mail", channel="email", settings=settings)

    page = client_of(cast.auditor).get(reverse("messages:channel", args=[account.pk]))

    addresses = [hook.address for hook in page.context["webhooks"]]
    assert addresses == [
        f"http://testserver{reverse(name, args=[account.pk])}"
        for name in ("receipts:receive", "receipts:receive_mail")
    ]
    assert page.context["edit_href"] == page.context["secret_href"] == ""
    folder = build_account(adapter="files", portfolio=portfolio)
    assert (
        client_of(cast.auditor)
        .get(reverse("messages:channel", args=[folder.pk]))
        .context["webhooks"]
        == []
    )


# --- asking the provider -----------------------------------------------------------------


class _Provider(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        status, told = self.server.says
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


@pytest.fixture
def provider():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        server.daemon_threads, server.asked = True, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


_OURS = {
    "twilio": ({"account_sid": "AC1", "sender": "X"}, (200, {"status": "active"}), "host"),
    "aliyun": ({"access_key_id": "K"}, (200, {"Code": "OK"}), "host"),
    "mail": ({"provider": "postmark", "sender": "a@l.example"}, (200, {"ID": 1}), "url"),
}
_NOT_OURS = {
    "twilio": (401, {"code": 20003}),
    "aliyun": (200, {"Code": "SignatureDoesNotMatch"}),
    "mail": (401, {}),
}


@pytest.mark.parametrize("adapter", _OURS)
def test_a_provider_is_asked_whether_it_knows_the_account_and_nothing_is_sent(
    cast, portfolio, provider, adapter
):
    settings, known, host = _OURS[adapter]
    base = f"http://127.0.0.1:{provider.server_port}"
    account = build_account(
        adapter=adapter,
        channel="email" if adapter == "mail" else "sms",
        settings={**settings, host: base},
    )
    admin_ = client_of(cast.administrator)
    for says, word in ((known, "knows the account"), (_NOT_OURS[adapter], "does not take")):
        provider.says = says
        page = admin_.post(at("probe", account), follow=True)
        assert word in page.content.decode()

    assert len(provider.asked) == 2
    assert not any("Messages" in path or "SendSms" in path for _verb, path, _who in provider.asked)
    told = AuditEntry.objects.filter(action="channel.probed").order_by("pk")
    assert [entry.data["is_known"] for entry in told] == [True, False]


def test_what_cannot_be_asked_without_sending_offers_no_test(cast, portfolio):
    account = build_account(portfolio=portfolio)
    admin_ = client_of(cast.administrator)

    page = admin_.get(reverse("messages:channel", args=[account.pk]))
    refused = admin_.post(at("probe", account), follow=True)

    assert page.context["probe_href"] == ""
    assert "without sending something" in refused.content.decode()
    assert trail() == []
