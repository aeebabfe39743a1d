"""E-mail: over SMTP, or over the API of a provider through django-anymail."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.utils import formataddr
from typing import Any, Final

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMessage, get_connection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notifications.channels.adapters import (
    Accepted,
    CannotTell,
    LookupResult,
    Outgoing,
    Probed,
    Refused,
    SendResult,
    Unknown,
)
from notifications.channels.deadline import is_too_late
from notifications.channels.flow import Lookup
from notifications.channels.http import CONNECT_SECONDS, TOTAL_SECONDS, seconds_to_wait
from notifications.channels.mail_probe import probe_api

SMTP: Final = "smtp"
#: Provider -> its backend, and what the backend calls the secret.
PROVIDERS: Final[Mapping[str, tuple[str, str]]] = {
    "brevo": ("anymail.backends.brevo.EmailBackend", "api_key"),
    "postmark": ("anymail.backends.postmark.EmailBackend", "server_token"),
    "sendgrid": ("anymail.backends.sendgrid.EmailBackend", "api_key"),
}
#: Wrong or missing keys: mending the account helps, so the message is tried again.
_OUR_FAULT: Final = frozenset({401, 403, 407})


class Mail:
    """One account. E-mail can neither be asked about nor does anybody deduplicate it."""

    code = "mail"
    lookup = Lookup.NONE
    deduplicates = False
    find_delay = 60.0

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel
        self._settings = settings
        self._secret = secret
        self._provider = str(settings.get("provider", SMTP))

    def send(self, outgoing: Outgoing) -> SendResult:
        message = self._message(outgoing)
        if self._provider == SMTP:
            return self._over_smtp(message, outgoing)
        return self._over_api(message)

    def find(self, outgoing: Outgoing) -> LookupResult:
        return CannotTell("lookup_none")

    def probe(self) -> Probed:
        """Signs in at the server, or asks the API whose key this is."""
        if self._provider != SMTP:
            return probe_api(self._provider, self._secret, str(self._settings.get("url", "")))
        connection = self._connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            code = getattr(error, "smtp_code", "")
            return Probed(is_known=False, said=str(code or type(error).__name__))
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.close()
        return Probed(is_known=True)

    def _message(self, outgoing: Outgoing) -> EmailMessage:
        sender = str(self._settings["sender"])
        host = sender.rpartition("@")[2]
        message = EmailMessage(
            subject=outgoing.subject,
            body=outgoing.body,
            from_email=formataddr((str(self._settings.get("sender_name", "")), sender)),
            to=[outgoing.recipient],
            reply_to=[self._settings["reply_to"]] if self._settings.get("reply_to") else None,
            # The same at every try, so that a mailbox that gets it twice may show it once.
            headers={"Message-ID": f"<{outgoing.reference}@{host}>"},
        )
        message.metadata = {"reference": outgoing.reference}  # type: ignore[attr-defined]
        return message

    def _connection(self) -> Any:
        return get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=str(self._settings["host"]),
            port=int(self._settings.get("port", 587)),
            username=str(self._settings.get("user", "")),
            password=self._secret,
            use_tls=bool(self._settings.get("use_tls", True)),
            timeout=TOTAL_SECONDS,
        )

    def _over_smtp(self, message: EmailMessage, outgoing: Outgoing) -> SendResult:
        connection = self._connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return Refused(type(error).__name__, may_retry=True)
        if is_too_late():
            connection.close()
            return Refused("too_late", may_retry=True)
        try:
            connection.send_messages([message])
        except (smtplib.SMTPException, OSError) as error:
            return _smtp_said(error)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.close()
        return Accepted(outgoing.reference)

    def _over_api(self, message: EmailMessage) -> SendResult:
        if is_too_late():
            return Refused("too_late", may_retry=True)
        backend, secret_name = PROVIDERS[self._provider]
        options: dict[str, Any] = {
            secret_name: self._secret,
            "requests_timeout": (CONNECT_SECONDS, TOTAL_SECONDS),
        }
        if self._settings.get("url"):
            options["api_url"] = str(self._settings["url"])
        try:
            get_connection(backend, **options).send_messages([message])
        except AnymailError as error:
            return _api_said(error)
        ref = message.anymail_status.message_id  # type: ignore[attr-defined]
        return Accepted(str(ref)) if ref else Unknown("no_sense")


def _smtp_said(error: Exception) -> SendResult:
    """A server that names a code has refused; one that went away may have taken the message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, _text = next(iter(error.recipients.values()))
        return Refused(str(code), may_retry=code < 500, address_is_bad=code in (550, 551, 553))
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused(str(error.smtp_code), may_retry=error.smtp_code < 500)
    return Unknown(type(error).__name__)


def _api_said(error: AnymailError) -> SendResult:
    """What the provider answered; what failed before the call; or that nobody can tell."""
    if isinstance(error, AnymailRecipientsRefused):
        return Refused("recipient", may_retry=False, address_is_bad=True)
    if not isinstance(error, AnymailAPIError):
        bad = isinstance(error, AnymailInvalidAddress)
        return Refused(type(error).__name__, may_retry=False, address_is_bad=bad)
    status = error.status_code
    if status is None:
        return _never_arrived(error) or Unknown(type(error.__cause__ or error).__name__)
    if status == 429:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        return Refused("429", may_retry=True, retry_after=seconds_to_wait(headers))
    if 400 <= status < 500:
        return Refused(str(status), may_retry=status in _OUR_FAULT)
    return Unknown(str(status))


def _never_arrived(error: AnymailError) -> Refused | None:
    """A refusal where no connection came about: no name, no host, no time to connect."""
    cause = error.__cause__
    told = cause.args[0] if cause is not None and cause.args else None
    reason = told.reason if isinstance(told, MaxRetryError) else None
    if isinstance(cause, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Refused("ConnectionError", may_retry=True)
    return None
