"""How the API is set up: JSON only, tokens or a session with its CSRF token, no surprises."""

from __future__ import annotations

from typing import Any, Final

REST_FRAMEWORK: Final[dict[str, Any]] = {
    "DEFAULT_SCHEMA_CLASS": "config.api_schema.ApiSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.access.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.access.api.HasDeclaredRight"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.access.api_json.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.access.api_limits.CallerThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "accounts.access.api_problems.handle",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a parameter like any other: unknown
}
SPECTACULAR_SETTINGS: Final[dict[str, Any]] = {
    "TITLE": "Makegood",
    "DESCRIPTION": "Loans, repayments, positions, cases, callbacks and contacts of an auto lender.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {},
    "POSTPROCESSING_HOOKS": ["config.api_schema.add_problems"],
    "PREPROCESSING_HOOKS": ["config.api_schema.only_api"],
}
