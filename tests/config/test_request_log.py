"""The line of a request and of a task: an id that ties them, and nothing of the person in it."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from structlog.contextvars import bound_contextvars, get_contextvars

from accounts.access.decorators import public
from accounts.models import User
from config import task_log
from config.logs import logging_config
from config.request_log import error_id_of
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from config.urls import urlpatterns as real_patterns
from core.jobs.tasks import beat_heart

pytestmark = pytest.mark.django_db
GIVEN = "01935f1e-1a2b-7c3d-8e4f-5a6b7c8d9e0f"


@public
def broken(request, number):
    raise RuntimeError(f"no such person: {number}")


@public
def busy(request, number):
    logging.getLogger("loans").warning("looked at %s", request)
    return HttpResponse("well")


urlpatterns = [
    path("broken/<str:number>/", broken),
    path("busy/<str:number>/", busy),
    *real_patterns,
]


@pytest.fixture
def lines():
    """What the JSON handler of a server would have written."""
    config = logging_config(level="INFO", readable=False)
    configurator = logging.config.DictConfigurator(config)
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(configurator.configure_formatter(config["formatters"]["structured"]))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.removeHandler(handler)


def line_of(lines, logger):
    return next(line for line in lines() if line["logger"] == logger)


@override_settings(ROOT_URLCONF=__name__)
def test_a_request_writes_one_line_without_its_address(client, lines):
    user = User.objects.create_user("ana@lender.example", full_name="Ana Ruiz", role="agent")
    client.force_login(user)

    answer = client.get("/busy/李小龙/", {"q": "王伟"})

    line = line_of(lines, "makegood.request")
    assert line["route"] == "/busy/<str:number>/"
    assert (line["method"], line["status"], line["user_id"]) == ("GET", 200, str(user.pk))
    assert line["ms"] >= 0
    assert line["request_id"] == answer.headers["X-Request-ID"]
    text = json.dumps(lines(), ensure_ascii=False)
    assert "王伟" not in text
    assert "李小龙" not in text


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("sent", "kept"), [(GIVEN, True), ("13800138000", False), ("x\ny", False)])
def test_an_id_from_outside_is_kept_where_it_is_one(client, lines, sent, kept):
    answer = client.get("/busy/1/", headers={"X-Request-ID": sent})

    assert (answer.headers["X-Request-ID"] == sent) is kept
    assert all(line["request_id"] == answer.headers["X-Request-ID"] for line in lines())


@override_settings(ROOT_URLCONF=__name__)
def test_the_page_of_an_error_and_the_log_name_it_alike(client, lines):
    client.raise_request_exception = False

    answer = client.get("/broken/1/", headers={"X-Request-ID": GIVEN})

    error_id = error_id_of(GIVEN)
    assert answer.status_code == 500
    assert answer.headers["X-Error-ID"] == error_id
    assert error_id in answer.content.decode()
    line = line_of(lines, "django.request")
    assert (line["error_id"], line["request_id"]) == (error_id, GIVEN)
    assert "RuntimeError" in line["exception"]
    assert "request" not in line


@override_settings(ROOT_URLCONF=__name__)
def test_nothing_of_a_request_stays_for_the_next(client):
    client.get("/busy/1/")

    assert "request_id" not in get_contextvars()


def test_machines_that_ask_leave_no_line(client, lines):
    client.get("/healthz")

    assert not [line for line in lines() if line["logger"] == "makegood.request"]


def test_a_task_carries_the_id_of_the_request_that_caused_it(lines):
    headers: dict[str, str] = {}
    with bound_contextvars(request_id=GIVEN):
        task_log.send_request_id(headers=headers)
    assert headers == {task_log.HEADER: GIVEN}

    beat_heart.push_request(**headers)
    try:
        task_log.begin(task_id="7", task=beat_heart)
        assert get_contextvars()["request_id"] == GIVEN
        task_log.end(task_id="7", task=beat_heart, state="SUCCESS")
    finally:
        beat_heart.pop_request()

    line = line_of(lines, "makegood.task")
    assert (line["task"], line["state"], line["request_id"]) == (beat_heart.name, "success", GIVEN)
    assert "request_id" not in get_contextvars()


def test_what_beat_wakes_has_an_id_of_its_own(lines):
    beat_heart.apply()

    line = line_of(lines, "makegood.task")
    assert line["request_id"]
    assert line["ms"] >= 0
