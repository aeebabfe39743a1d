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
        "payload": {"phones": [REPLACEMENT], "session_token": REPLACEMENT},
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
