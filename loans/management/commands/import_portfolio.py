"""Imports a file, or a folder of files, into a portfolio."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.audit import SYSTEM
from loans.delinquency.unreplayed import replay_new_loans
from loans.imports.error_lists import write_errors
from loans.imports.folders import files_in
from loans.imports.kinds import find_kind
from loans.imports.models import ImportBatch, ImportMode
from loans.imports.problems import ImportRefused
from loans.imports.queries import errors_of
from loans.imports.requests import ImportOutcome, ImportRequest
from loans.imports.services import find_mapping, import_file
from loans.portfolios.models import Portfolio

_SHOWN_ERRORS = 20


class Command(BaseCommand):
    help = (
        "Imports a lender's file into a portfolio: reads it, checks all of it, then loads it. "
        "Run again with the same file, it goes on where it was stopped, or does nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", help="a file, or a folder of files named after their kind")
        parser.add_argument("--portfolio", required=True, metavar="CODE")
        parser.add_argument("--kind", default="", help="what the file holds; not for a folder")
        parser.add_argument("--mapping", default="", metavar="NAME", help="template of headers")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=COLUMN",
            help="one header for this file only; an empty COLUMN ignores it",
        )
        parser.add_argument(
            "--option", action="append", default=[], metavar="NAME=VALUE", help="option of the kind"
        )
        parser.add_argument("--due-day", default="", help="short for --option due_day=DAY")
        parser.add_argument("--sheet", default="", help="sheet of a workbook; else the first")
        parser.add_argument("--check-only", action="store_true", help="load nothing")
        parser.add_argument(
            "--good-rows",
            action="store_true",
            help="load the good rows of a file that also has bad ones (else nothing)",
        )
        parser.add_argument("--expect-rows", type=int, metavar="N")
        parser.add_argument("--expect-sum", action="append", default=[], metavar="COLUMN=AMOUNT")
        parser.add_argument(
            "--through", type=date.fromisoformat, metavar="DATE", help="complete through this day"
        )
        parser.add_argument("--errors-to", default="", metavar="FILE", help=".csv or .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        portfolio = Portfolio.objects.filter(code=options["portfolio"]).first()
        if portfolio is None:
            codes = ", ".join(Portfolio.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no portfolio {options['portfolio']}; there are: {codes}.")
        path = Path(options["path"])
        try:
            if path.is_dir():
                self._import_folder(portfolio, path, options)
            else:
                self._import_one(portfolio, path, options["kind"], options)
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from None

    def _import_folder(self, portfolio: Portfolio, folder: Path, options: dict[str, Any]) -> None:
        if options["kind"] or options["expect_rows"] is not None or options["expect_sum"]:
            raise CommandError("--kind and --expect-... are for one file; the folder has several.")
        try:
            for file in files_in(folder):
                self._import_one(portfolio, file.path, file.kind, options, is_one_of_many=True)
        finally:
            # Also where a file was refused: the loans of those before it are open.
            if not options["check_only"]:
                self._replay_new_loans(portfolio)

    def _replay_new_loans(self, portfolio: Portfolio) -> None:
        count = replay_new_loans(portfolio=portfolio, processes=settings.IMPORT_PROCESSES)
        if count:
            self.stdout.write(f"{portfolio.code}: {count:,} new loans replayed")

    def _import_one(
        self,
        portfolio: Portfolio,
        path: Path,
        kind: str,
        options: dict[str, Any],
        *,
        is_one_of_many: bool = False,
    ) -> None:
        if not kind:
            raise CommandError("Say what the file holds: --kind loans, repayments, ...")
        find_kind(kind)
        self._last_percent = -1
        outcome = import_file(
            request=replace(
                _request(portfolio, path, kind, options), new_loans_wait=is_one_of_many
            ),
            by=SYSTEM,
            progress=self._progress,
        )
        self._report(outcome, options)

    def _progress(self, batch: ImportBatch) -> None:
        if batch.percent_done != self._last_percent:
            self._last_percent = batch.percent_done
            self.stdout.write(
                f"{batch.file_name}: {batch.percent_done} %, {batch.done_count:,} of "
                f"{batch.good_count:,} rows, {batch.rows_per_second:,} rows/s"
            )

    def _report(self, outcome: ImportOutcome, options: dict[str, Any]) -> None:
        batch = outcome.batch
        if batch.bad_count and not outcome.was_loaded_before:
            self._list_errors(batch, options["errors_to"])
        if outcome.is_refused:
            raise CommandError(outcome.summary())
        self.stdout.write(outcome.summary())
        for column, total in sorted(batch.totals.items()):
            self.stdout.write(f"  {column}: {total}")
        if options["check_only"] and batch.bad_count:
            raise CommandError(f"{batch.bad_count} rows have errors.")

    def _list_errors(self, batch: ImportBatch, errors_to: str) -> None:
        for error in errors_of(batch)[:_SHOWN_ERRORS]:
            self.stderr.write(f"row {error.row_no}  {error.column}  {error.value}  {error.remedy}")
        left = errors_of(batch).count() - _SHOWN_ERRORS
        if left > 0:
            self.stderr.write(f"and {left} more; --errors-to FILE writes all of them.")
        if errors_to:
            is_workbook = errors_to.endswith(".xlsx")
            with Path(errors_to).open("wb") as out:
                write_errors(
                    batch=batch, out=out, file_format="xlsx" if is_workbook else "csv", by=SYSTEM
                )


def _request(portfolio: Portfolio, path: Path, kind: str, options: dict[str, Any]) -> ImportRequest:
    name = options["mapping"]
    file_options = _pairs(options["option"], "--option")
    if options["due_day"]:
        file_options["due_day"] = options["due_day"]
    return ImportRequest(
        portfolio=portfolio,
        kind=kind,
        path=path,
        file_name=path.name,
        mapping=find_mapping(portfolio=portfolio, kind=kind, name=name) if name else None,
        headers=_pairs(options["map"], "--map"),
        options=file_options,
        mode=ImportMode.GOOD_ROWS if options["good_rows"] else ImportMode.ALL_OR_NOTHING,
        sheet=options["sheet"],
        check_only=options["check_only"],
        expect_rows=options["expect_rows"],
        expect_sums=_amounts(options["expect_sum"]),
        through_on=options["through"],
        processes=settings.IMPORT_PROCESSES,
    )


def _pairs(given: list[str], flag: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.rpartition("=") if flag == "--map" else text.partition("=")
        if not equals or not name:
            raise CommandError(f"{flag} {text!r}: write it as NAME=VALUE.")
        pairs[name] = value
    return pairs


def _amounts(given: list[str]) -> dict[str, Decimal]:
    try:
        return {name: Decimal(value) for name, value in _pairs(given, "--expect-sum").items()}
    except InvalidOperation:
        raise CommandError("--expect-sum needs an amount: --expect-sum amount=1234.50") from None
