"""The addresses of signing in. Views are the library's; those it has beyond these stay closed:
people neither register here nor change their own address."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.i18n import set_language

from accounts.access.decorators import PUBLIC, SIGNED_IN, declare_right, public
from accounts.signin import expiry

_OPEN_PAGES = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    # Answers "closed": the adapter lets nobody register.
    path("signup/", account.signup, name="account_signup"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/authenticate/", second_factor.authenticate, name="mfa_authenticate"),
]

_OWN_PAGES = [
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", second_factor.index, name="mfa_index"),
    path("2fa/reauthenticate/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

for _page in _OPEN_PAGES:
    declare_right(_page.callback, PUBLIC)
for _page in _OWN_PAGES:
    declare_right(_page.callback, SIGNED_IN)

urlpatterns = [
    *_OPEN_PAGES,
    *_OWN_PAGES,
    path("language/", public(set_language), name="set_language"),
    path("session/", expiry.session_left, name="session_left"),
    path("session/stay/", expiry.stay_signed_in, name="stay_signed_in"),
]
