from django.urls import path

from collections_app.desk import (
    floor_views,
    inbound_views,
    message_views,
    note_views,
    override_views,
    promise_decisions,
    promise_taking,
    promise_views,
    reply_views,
    search_views,
    talk_views,
    timeline_views,
    views,
)

app_name = "desk"
urlpatterns = [
    path("search/", search_views.search, name="search"),
    path("floor/", floor_views.floor, name="floor"),
    path("floor/teams/<uuid:pk>/targets/", floor_views.floor_targets, name="floor_targets"),
    path("floor/<slug:name>/", floor_views.floor_rows, name="floor_rows"),
    path("cases/", views.my_cases, name="my_cases"),
    path("cases/opens-with/", views.open_queue_with, name="open_queue_with"),
    path("cases/<uuid:pk>/", views.case, name="case"),
    path("cases/<uuid:pk>/timeline/", timeline_views.timeline, name="timeline"),
    path("cases/<uuid:pk>/verdict/", views.call_verdict, name="call_verdict"),
    path(
        "cases/<uuid:pk>/calls/start/<uuid:contact_point_pk>/", views.start_call, name="start_call"
    ),
    path(
        "cases/<uuid:pk>/calls/override/<uuid:contact_point_pk>/",
        override_views.ask_override,
        name="ask_override",
    ),
    path("cases/<uuid:pk>/calls/", views.log_call, name="log_call"),
    path("calls/in/", inbound_views.inbound, name="inbound"),
    path("calls/in/<uuid:pk>/", inbound_views.incoming, name="incoming"),
    path("cases/<uuid:pk>/calls/in/<uuid:party_pk>/", inbound_views.take_call, name="take_call"),
    path("cases/<uuid:pk>/calls/not-them/", inbound_views.not_them, name="not_them"),
    path("cases/<uuid:pk>/calls/told/", talk_views.call_told, name="call_told"),
    path("cases/<uuid:pk>/draft/", talk_views.keep, name="keep_draft"),
    path("cases/<uuid:pk>/draft/drop/", talk_views.drop, name="drop_draft"),
    path("contacts/<uuid:pk>/undo/", talk_views.undo_entry, name="undo"),
    path(
        "cases/<uuid:pk>/promises/<uuid:promise_pk>/cancel/",
        promise_views.cancel,
        name="cancel_promise",
    ),
    path("cases/<uuid:pk>/promises/new/", promise_taking.take, name="take_promise"),
    path("cases/<uuid:pk>/promises/outlook/", promise_taking.outlook, name="promise_outlook"),
    path("promises/", promise_decisions.promises, name="promises"),
    path("promises/asked/", promise_decisions.asked_list, name="asked_promises"),
    path("promises/asked/<uuid:pk>/", promise_decisions.asked, name="asked_promise"),
    path("promises/asked/<uuid:pk>/decide/", promise_decisions.decide, name="decide_promise"),
    path(
        "promises/asked/<uuid:pk>/withdraw/",
        promise_decisions.withdraw_request,
        name="withdraw_promise",
    ),
    path("cases/<uuid:pk>/replies/<uuid:reply_pk>/", reply_views.handle_reply, name="handle_reply"),
    path("cases/<uuid:pk>/messages/", message_views.write_message, name="write_message"),
    path("cases/<uuid:pk>/notes/", note_views.write, name="write_note"),
    path("cases/<uuid:pk>/reveal/", views.reveal, name="reveal"),
]
