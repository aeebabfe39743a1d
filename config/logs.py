"""Logs as one JSON object per line, without personal data, safe against injected line breaks."""

from __future__ import annotations

from typing import Any

import structlog

from config.redaction import redact, without_luggage


def name_error(logger: Any, method: str, event_dict: Any) -> Any:
    """Puts the id that the page of errors shows beside what went wrong in that request."""
    if event_dict.get("level") in {"error", "critical"} and "request_id" in event_dict:
        from config.request_log import error_id_of

        event_dict["error_id"] = error_id_of(event_dict["request_id"])
    return event_dict


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
    without_luggage,
    name_error,
]
_BEFORE_RENDERING: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    redact,
]


def logging_config(*, level: str, readable: bool) -> dict[str, Any]:
    """Returns LOGGING and sets structlog up; `readable` writes for a person at a terminal."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [*_BEFORE_RENDERING, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Its lines repeat the address with its query; config.request_log says the same without.
            "django.server": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            # A refusal or a missing page has its line there too, a task in config.task_log.
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # Every bot that guesses a host name or a path is not an incident of ours.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
