"""Addresses of the pages of messages."""

from django.urls import path

from notifications.oversight.views import batches, channels, holds, message, messages, replies

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
    path("replies/", replies.replies, name="replies"),
    path("replies/<uuid:pk>/handle/", replies.handle, name="handle_reply"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.preview, name="hold_preview"),
    path("holds/set/", holds.set_hold, name="hold"),
    path("holds/<uuid:pk>/release/", holds.release, name="release"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<uuid:pk>/", channels.channel, name="channel"),
    path("channels/<uuid:pk>/switch/", channels.switch, name="switch"),
    path("channels/<uuid:pk>/limits/", channels.limits, name="limits"),
]
