"""Appoints an administrator from the command line: the first one has nobody to appoint them."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access.rights import Role
from accounts.users.services import create_user
from core.audit import SYSTEM


class Command(BaseCommand):
    help = "Appoints an administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("full_name", help="their name")
        parser.add_argument("--time-zone", default="UTC", help="such as Asia/Shanghai")
        parser.add_argument("--language", default="en", choices=["en", "zh-hans"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_user(
                email=options["email"],
                full_name=options["full_name"],
                role=Role.ADMINISTRATOR,
                password=_read_password(),
                must_change_password=False,
                time_zone=options["time_zone"],
                language=options["language"],
                by=SYSTEM,
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{user.full_name} can sign in as {user.email}.")


def _read_password() -> str:
    """Never an argument: those stand in the list of processes and the shell's history."""
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\n")
