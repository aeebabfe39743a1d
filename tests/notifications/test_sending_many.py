"""One message sent after the other: what each costs, and that changes meanwhile are seen."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.attempts.models import Attempt
from compliance.consents.services import record_consent
from core import clock
from core.encryption.services import destroy
from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from notifications.channels.adapters import Accepted
from notifications.channels.flow import Lookup
from notifications.outbox import briefing
from notifications.outbox.models import Message
from notifications.outbox.running import run_account
from notifications.outbox.services import hold
from notifications.templates.models import TemplateVersion
from tests.compliance.builders import OPEN_AT
from tests.loans.builders import CLERK
from tests.notifications.builders import answer_with, approve, build_post, pay_everything
from tests.notifications.faults.crowd import gather_crowd, owe_everybody

pytestmark = pytest.mark.django_db

#: Statements of one further message of a claim: its turn, seven that lock and read what is true
#: at that moment, four of the gate, and those that write.
STATEMENTS = 16


class Meanwhile:
    """An adapter during whose first call something happens."""

    code = channel = "sms"
    lookup = Lookup.REFERENCE
    deduplicates = False
    find_delay = 0.0

    def __init__(self):
        self.sent = []
        self.statements = []
        self.happens = lambda: None

    def send(self, outgoing):
        self.sent.append(outgoing)
        self.statements.append(len(connection.queries_log))
        if len(self.sent) == 1:
            self.happens()
        return Accepted(f"P{len(self.sent)}")


@pytest.fixture
def meanwhile(monkeypatch):
    adapter = Meanwhile()
    answer_with(monkeypatch, adapter)
    return adapter


@pytest.fixture
def post():
    with time_machine.travel(OPEN_AT, tick=True):
        yield build_post()


def owed_to(post, count):
    """So many people who are each owed a message, in the order in which these are sent."""
    owe_everybody(post, gather_crowd(post, count, zone="America/New_York"))
    return list(Message.objects.waiting().order_by("send_at", "pk"))


def test_a_further_message_costs_few_statements_and_two_commits(post, meanwhile):
    owed_to(post, 4)

    with CaptureQueriesContext(connection) as seen:
        run_account(post.account)

    from_call_to_call = slice(*meanwhile.statements[1:3])
    texts = [query["sql"] for query in seen.captured_queries[from_call_to_call]]
    commits = [text for text in texts if text.startswith("RELEASE SAVEPOINT")]
    statements = [text for text in texts if "SAVEPOINT" not in text]
    assert len(meanwhile.sent) == 4
    assert len(statements) == STATEMENTS, statements
    # What became of the call before, and the booking. The one waits for no disk, nor the turn.
    assert len(commits) == 2
    off = [place for place, text in enumerate(statements) if "synchronous_commit" in text]
    assert off == [0, 4]


def pays(message):
    pay_everything(Loan.objects.get(pk=message.about.get().loan_id))


def is_held(message):
    hold(portfolio=message.portfolio, party=message.party, reason="Flood", by=CLERK)


def opts_out(message):
    record_consent(
        party=message.party,
        channel="sms",
        contact_point=message.contact_point,
        answer="no",
        given_at=clock.now(),
        source="reply",
        by=CLERK,
    )


def expires(message):
    Message.objects.filter(pk=message.pk).update(expires_at=clock.now())


def loses_the_number(message):
    ContactPoint.objects.filter(pk=message.contact_point_id).update(invalid_since=clock.now())


@pytest.mark.parametrize(
    ("happens", "state", "reason"),
    [
        (pays, "suppressed", "paid"),
        (is_held, "waiting", "held"),
        (opts_out, "suppressed", "gate"),
        (expires, "expired", "expired"),
        (loses_the_number, "suppressed", "gate"),
    ],
)
def test_what_happens_while_the_one_before_is_sent_is_seen(post, meanwhile, happens, state, reason):
    _first, second, _third = owed_to(post, 3)
    meanwhile.happens = lambda: happens(second)

    run_account(post.account)

    second.refresh_from_db()
    assert (second.state, second.reason) == (state, reason)
    assert second.attempt is None
    assert second.reference not in [outgoing.reference for outgoing in meanwhile.sent]
    assert len(meanwhile.sent) == 2


def test_after_a_slow_call_the_texts_of_the_others_are_made_anew(post, meanwhile, monkeypatch):
    monkeypatch.setattr(briefing, "FRESH", 0.0)
    _first, second = owed_to(post, 2)

    def everything_is_renamed():
        Portfolio.objects.update(name="Renamed Bank")
        TemplateVersion.objects.update(status="retired")
        approve(post.template, body="{lender} says otherwise. {opt_out}", version=2)

    meanwhile.happens = everything_is_renamed

    run_account(post.account)

    assert meanwhile.sent[1].reference == second.reference
    assert meanwhile.sent[1].body.startswith("Renamed Bank says otherwise.")


def test_one_that_cannot_be_prepared_takes_no_other_with_it(post, meanwhile):
    first, second, third = owed_to(post, 3)
    destroy(second.party.data_key)

    run_account(post.account, seconds=5)

    states = dict(Message.objects.values_list("pk", "state"))
    assert (states[first.pk], states[third.pk]) == ("accepted", "accepted")
    second.refresh_from_db()
    assert (second.state, second.reason, second.attempt) == ("failed", "poison", None)
    assert second.reason_values == {"said": "KeyDestroyed"}
    assert not Attempt.objects.filter(party=second.party).exists()
