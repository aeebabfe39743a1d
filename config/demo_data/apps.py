"""Makes `load_demo` a command. It stands in config because it calls every app."""

from __future__ import annotations

from django.apps import AppConfig


class DemoDataConfig(AppConfig):
    name = "config.demo_data"
    label = "demo_data"
