"""fill_calendars: makes the standard calendars and fills their years."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from core.audit import SYSTEM
from core.calendars.models import HolidayCalendar
from core.calendars.services import ensure_standard_calendars, fill_year


class Command(BaseCommand):
    help = "Makes the standard holiday calendars and fills all calendars from what is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        this_year = clock.now().year
        parser.add_argument("--from", dest="first", type=int, default=this_year - 3)
        parser.add_argument("--to", dest="last", type=int, default=this_year + 2)

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_standard_calendars(by=SYSTEM)
        for calendar in HolidayCalendar.objects.all():
            for year in range(options["first"], options["last"] + 1):
                result = fill_year(code=calendar.code, year=year, by=SYSTEM)
                note = " (the official notice is not stored yet)" if result.provisional else ""
                self.stdout.write(
                    f"{result.code} {year}: {result.day_count} days, "
                    f"{result.changed_count} changed{note}"
                )
