"""Addresses of the pages of messages."""

from django.urls import path

from notifications.oversight.views import (
    accounts,
    batches,
    channels,
    holds,
    letters,
    message,
    messages,
    replies,
)

app_name = "messages"
urlpatterns = [
    path("", messages.outbox, name="outbox"),
    path("export/", messages.export, name="export"),
    path("<uuid:pk>/", message.message, name="message"),
    path("<uuid:pk>/read/", message.read, name="read"),
    path("<uuid:pk>/settle/", message.settle, name="settle"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<uuid:pk>/", batches.batch, name="batch"),
    path("batches/<uuid:pk>/progress/", batches.progress, name="progress"),
    path("letters/", letters.letters, name="letters"),
    path("letters/print/<uuid:pk>/", letters.print_waiting, name="letters_print"),
    path("letters/<uuid:pk>/", letters.batch, name="letter_batch"),
    path("letters/<uuid:pk>/file/", letters.download, name="letters_file"),
    path("letters/<uuid:pk>/posted/", letters.posted, name="letters_posted"),
    path("letters/letter/<uuid:pk>/failed/", letters.failed, name="letter_failed"),
    path("replies/", replies.replies, name="replies"),
    path("replies/<uuid:pk>/handle/", replies.handle, name="handle_reply"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.preview, name="hold_preview"),
    path("holds/set/", holds.set_hold, name="hold"),
    path("holds/<uuid:pk>/release/", holds.release, name="release"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", accounts.kinds, name="account_kinds"),
    path("channels/new/<slug:channel>/<slug:adapter>/", accounts.new, name="account_new"),
    path("channels/<uuid:pk>/edit/", accounts.edit, name="account_edit"),
    path("channels/<uuid:pk>/secret/", accounts.secret, name="account_secret"),
    path("channels/<uuid:pk>/secret/end/", accounts.end_secret, name="account_end_secret"),
    path("channels/<uuid:pk>/probe/", accounts.probe, name="account_probe"),
    path("channels/<uuid:pk>/", channels.channel, name="channel"),
    path("channels/<uuid:pk>/switch/", channels.switch, name="switch"),
    path("channels/<uuid:pk>/limits/", channels.limits, name="limits"),
]
