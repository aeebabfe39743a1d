"""Makes `backup` and `restore` commands. They stand in config because they cover every app."""

from __future__ import annotations

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "config.backups"
    label = "backups"
