"""E-mail over SMTP: what a server says, and what its silence leaves open."""

from __future__ import annotations

import socketserver
import threading

import pytest

from notifications.channels.adapters import Accepted, Outgoing, Refused, Unknown
from notifications.channels.mail import Mail

MESSAGE = Outgoing(
    reference="0193" * 8,
    recipient="ann@example.com",
    subject="Ihre Rate – 您的还款",
    body="您好,please call.\n",
)


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            answer = self.server.answers.get(verb)
            if answer == "hang up":
                return
            if answer:
                self.say(answer)
            elif verb == "DATA":
                self.say("354 go on")
                self.take()
                if self.server.answers.get("END") == "hang up":
                    return
                self.say(self.server.answers.get("END", "250 taken"))
            else:
                self.say("250 fine")

    def take(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.taken.append(b"".join(lines).decode())

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.answers, server.taken = {}, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def mail(port):
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "use_tls": False,
        "sender": "loans@lender.example",
        "sender_name": "Lakeland",
        "reply_to": "help@lender.example",
    }
    return Mail(settings, "", "email")


def test_a_message_arrives_with_its_constant_id_and_where_to_reply(server):
    result = mail(server.server_address[1]).send(MESSAGE)

    assert result == Accepted(MESSAGE.reference)
    (told,) = server.taken
    assert f"Message-ID: <{MESSAGE.reference}@lender.example>" in told
    assert "From: Lakeland <loans@lender.example>" in told
    assert "Reply-To: help@lender.example" in told


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RCPT": "550 no such user"}, Refused("550", may_retry=False, address_is_bad=True)),
        ({"RCPT": "552 mailbox full"}, Refused("552", may_retry=False)),
        ({"RCPT": "450 greylisted"}, Refused("450", may_retry=True)),
        ({"MAIL": "530 sign in first"}, Refused("530", may_retry=False)),
        ({"END": "554 looks like spam"}, Refused("554", may_retry=False)),
        ({"END": "451 try later"}, Refused("451", may_retry=True)),
        ({"END": "hang up"}, Unknown("SMTPServerDisconnected")),
    ],
)
def test_a_code_is_an_answer_and_a_silence_after_the_text_is_none(server, answers, expected):
    server.answers = answers
    assert mail(server.server_address[1]).send(MESSAGE) == expected


def test_no_connection_is_certain_and_tried_again():
    result = mail(9).send(MESSAGE)
    assert isinstance(result, Refused)
    assert result.may_retry
    assert not result.address_is_bad
