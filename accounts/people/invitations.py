"""The message by which somebody chooses their first password."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.users.models import User
from core.audit import Actor, record


def send_invitation(request: HttpRequest, person: User) -> None:
    """Writes to somebody with a link to set their password; recorded.

    It is the message of “Forgotten?”, so a link is valid once and for as long as those are.
    Raises ValidationError for integrations, for who may not sign in, and when no mail goes out.
    """
    if person.is_integration or not person.is_active:
        raise ValidationError(_("Only people who may sign in get a link."), code="invitation")
    form = ResetPasswordForm({"email": person.email})
    if not form.is_valid():
        raise ValidationError(_("No message can be sent to this address."), code="address")
    try:
        form.save(request)
    except OSError as failure:  # what every fault of the mail server is
        raise ValidationError(
            _("The mail server took no message: %(fault)s. Send the link again once it does.")
            % {"fault": failure.strerror or type(failure).__name__},
            code="mail",
        ) from failure
    record(
        action="user.invited",
        by=Actor.of(request.user),
        object_type="accounts.User",
        object_id=str(person.pk),
    )
