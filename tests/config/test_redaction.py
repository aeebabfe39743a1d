"""Logs hold no personal data and no secrets, whatever is logged."""

from __future__ import annotations

import json
import logging
import logging.config

import pytest

from config.logs import logging_config
from config.redaction import REPLACEMENT, redact, redact_text


@pytest.mark.parametrize(
    "text",
    [
        "wang@example.cn",
        "+86 138 0013 8000",
        "13800138000",
        "(415) 555-0123",
        "415-555-0123",
        "11010519491231002X",
        "078-05-1120",
        "4111 1111 1111 1111",
        "4111111111111111",
        "138-0013-8000",
        "1HGCM82633A004352",
        "粤B12345",
        "京A·D12345",
    ],
)
def test_personal_data_is_removed(text):
    assert redact_text(f"call {text} now") == f"call {REPLACEMENT} now"


@pytest.mark.parametrize(
    "text",
    [
        "0192f0c1-7b2e-7c3a-9d4e-0123456789ab",
        "2026-11-23T22:05:17.123456Z",
        "9f86d081884c7d659a2feaa0c55ad015",
        "DPD 35, 7,572 loans, 1234.56 CNY",
        "/work/loans/imports/2026-11-01.csv",
    ],
)
def test_what_is_not_personal_stays(text):
    assert redact_text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "duplicate key value\nDETAIL:  Key (full_name)=(Wei Wang) already exists.",
            f"duplicate key value\nDETAIL: {REPLACEMENT}",
        ),
        (
            "bad syntax\nLINE 1: SELECT 'Wei Wang' FORM loans_party\n             ^\nHINT:  x",
            f"bad syntax\nLINE 1: {REPLACEMENT}\nHINT: {REPLACEMENT}",
        ),
        ("GET /search/?q=王伟&page=2 took long", f"GET /search/?{REPLACEMENT} took long"),
        ("Is it late? yes=no", "Is it late? yes=no"),
    ],
)
def test_details_of_the_database_and_queries_of_addresses_are_removed(text, kept):
    assert redact_text(text) == kept


def test_fields_about_a_person_and_objects_are_never_written_out():
    class Person:
        def __str__(self) -> str:
            return "Wei Wang"

    entry = redact(
        None, "info", {"event": "x", "full_name": "Wei Wang", "party": Person(), "vin": "", "n": 1}
    )

    assert entry == {
        "event": "x",
        "full_name": REPLACEMENT,
        "party": "<Person>",
        "vin": "",
        "n": 1,
    }


def test_nested_values_and_secrets():
    entry = redact(
        None,
        "info",
        {
            "event": "sent to ana@example.com",
            "password": "hunter2",
            "payload": {"phones": ["13800138000"], "session_token": "abc"},
            "error": ValueError("4111111111111111"),
            "rows": 3,
        },
    )

    assert entry == {
        "event": f"sent to {REPLACEMENT}",
        "password": REPLACEMENT,
        "payload": {"phones": REPLACEMENT, "session_token": REPLACEMENT},
        "error": f"ValueError('{REPLACEMENT}')",
        "rows": 3,
    }


def test_a_log_line_is_one_json_object_without_personal_data():
    formatter = logging.config.DictConfigurator(
        logging_config(level="INFO", readable=False)
    ).configure_formatter(logging_config(level="INFO", readable=False)["formatters"]["structured"])
    record = logging.LogRecord(
        "loans", logging.INFO, "x.py", 1, "row of %s\nforged", ("13800138000",), None
    )

    line = formatter.format(record)

    assert "\n" not in line
    assert json.loads(line)["event"] == f"row of {REPLACEMENT}\nforged"
