"""Backups that can be put back: `manage.py backup`, `manage.py restore`."""
