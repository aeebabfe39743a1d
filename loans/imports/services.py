"""Importing a file: read, checked as a whole, then loaded; resumed where it was killed."""

from __future__ import annotations

import hashlib
import operator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock
from core.audit import Actor, record
from core.encryption import new_data_key
from core.files import store
from core.jobs.failpoints import failpoint
from core.jobs.processes import share_among
from core.locks import Lock, LockBusy, session_lock
from core.money import minor_units
from loans.imports.checking import FileCheck, Tally
from loans.imports.columns import Reading
from loans.imports.group_checks import GroupCheck
from loans.imports.headers import HeaderMatcher
from loans.imports.kinds import find_kind
from loans.imports.kinds.kind import Context, Kind
from loans.imports.loading import Progress, load_rows
from loans.imports.models import (
    STANDING_STATES,
    ImportBatch,
    ImportMapping,
    ImportMode,
    ImportState,
    RowError,
)
from loans.imports.problems import ImportRefused
from loans.imports.queries import expected_new
from loans.imports.readers import current_limits, open_table
from loans.imports.requests import ImportOutcome, ImportRequest
from loans.imports.staging import Stage
from loans.portfolios.models import FeedWatermark, Portfolio

_MEGABYTE = 1024 * 1024
#: Bytes of a file from which on several processes share it.
_SHARED_FROM = 200_000


@dataclass(frozen=True, slots=True)
class ReadPart:
    """What one process has read of a file, and how."""

    tally: Tally
    reading: dict[str, Any]


def _silent(batch: ImportBatch) -> None:
    return None


def import_file(
    *, request: ImportRequest, by: Actor, progress: Progress = _silent
) -> ImportOutcome:
    """Imports one file, or goes on with it where an earlier run was killed.

    The same file (content, kind, portfolio) that was loaded before is not loaded again. What is
    wrong with the file or its rows is kept with the batch, which then is refused; nothing of it
    was written. Raises `ImportRefused` where there is nothing to keep: an unknown kind, mapping
    or option, no such file, or another import into the portfolio running at the same moment.
    """
    kind = find_kind(request.kind)
    options = request.parsed_options(kind)
    digest = _sha256(request)
    try:
        with session_lock(Lock.IMPORT, request.portfolio.pk, wait=False):
            batch = _standing_batch(request, digest)
            if batch is not None and batch.state == ImportState.LOADED:
                return ImportOutcome(batch, was_loaded_before=True)
            if batch is None:
                batch = _open_batch(request, digest, by)
            return ImportOutcome(_Run(request, kind, options, batch, by, progress).go_on())
    except LockBusy:
        raise ImportRefused("import_running", portfolio=request.portfolio.code) from None


def _sha256(request: ImportRequest) -> str:
    if not request.path.is_file():
        raise ImportRefused("no_file", name=request.file_name)
    with request.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _standing_batch(request: ImportRequest, digest: str) -> ImportBatch | None:
    return ImportBatch.objects.filter(
        portfolio=request.portfolio,
        kind=request.kind,
        sha256=digest,
        state__in=STANDING_STATES,
    ).first()


@transaction.atomic
def _open_batch(request: ImportRequest, digest: str, by: Actor) -> ImportBatch:
    batch = ImportBatch.objects.create(
        portfolio=request.portfolio,
        kind=request.kind,
        file_name=request.file_name[-200:],
        sha256=digest,
        size=request.path.stat().st_size,
        mode=request.mode,
        data_key=new_data_key(),
        created_by=by.label[:120],
    )
    record(
        action="import.start",
        by=by,
        object_type="loans.ImportBatch",
        object_id=batch.pk,
        portfolio_id=request.portfolio.pk,
        data={"kind": request.kind, "sha256": digest, "size": batch.size},
    )
    return batch


class _Run:
    """One run over one batch: holds what every step of it needs."""

    def __init__(
        self,
        request: ImportRequest,
        kind: Kind,
        options: dict[str, object],
        batch: ImportBatch,
        by: Actor,
        progress: Progress,
    ) -> None:
        self.request, self.kind, self.batch = request, kind, batch
        self.by, self.progress = by, progress
        # A batch that is being loaded goes on as it was checked, whatever is asked now.
        is_resumed = batch.state == ImportState.LOADING
        self.options = batch.reading["options"] if is_resumed else options
        assert batch.data_key is not None
        self.stage = Stage(batch, kind, batch.data_key)

    def go_on(self) -> ImportBatch:
        """Takes the batch from where it stands to its end."""
        if self.batch.state != ImportState.LOADING:
            try:
                titles = self._read()
                self._check(titles)
                self._decide()
            except ImportRefused as refusal:
                return self._refuse(refusal)
            if self.request.check_only:
                return self._leave_checked()
            self._accept()
        failpoint("import.before_loading")
        return load_rows(
            batch=self.batch,
            kind=self.kind,
            context=self._context(),
            stage=self.stage,
            chunk_rows=settings.IMPORT_BATCH_ROWS,
            by=self.by,
            progress=self.progress,
            processes=self._processes(self.batch.size),
        )

    def _context(self) -> Context:
        portfolio, mapping = self.request.portfolio, self.request.mapping
        return Context(
            portfolio=portfolio,
            batch=self.batch,
            by=self.by,
            reading=Reading(
                currency_digits=minor_units(portfolio.currency),
                country=portfolio.country,
                date_order=mapping.date_order if mapping else "ymd",
                has_decimal_comma=mapping.has_decimal_comma if mapping else False,
            ),
            options=self.options,
            through_on=self.batch.through_on,
            new_loans_wait=self.request.new_loans_wait,
        )

    def _read(self) -> dict[str, str]:
        """Reads the file anew into staging; what an earlier, killed run left is thrown away."""
        batch, request = self.batch, self.request
        with transaction.atomic():
            self.stage.clear()
            RowError.objects.filter(batch=batch).delete()
            batch.state, batch.mode, batch.refusal = ImportState.STAGED, request.mode, ""
            batch.save(update_fields=["state", "mode", "refusal"])
        parts = share_among(self._processes(request.path.stat().st_size), self._read_share)
        batch.reading = parts[0].reading
        self._keep(reduce(operator.add, [part.tally for part in parts]))
        titles: dict[str, str] = parts[0].reading["columns"]
        return titles

    def _read_share(self, share: int, of: int) -> ReadPart:
        request, limits = self.request, current_limits()
        matcher = HeaderMatcher(self.kind, request.mapped_headers())
        try:
            table = open_table(
                path=request.path,
                name=request.file_name,
                limits=limits,
                recognise=matcher.recognise,
                encoding=request.mapping.encoding if request.mapping else "",
                sheet=request.sheet,
            )
            header = matcher.find(table.rows, within=limits.header_within_rows)
            check = FileCheck(
                batch=self.batch,
                kind=self.kind,
                context=self._context(),
                header=header,
                stage=self.stage,
            )
            tally = check.read(table.rows, row_limit=limits.rows, share=share, of=of)
        except ImportRefused:
            if share:  # the first share goes through the same file and says it
                return ReadPart(Tally(), {})
            raise
        reading = {
            **table.reading,
            "header_row": header.row_no,
            "columns": dict(header.titles),
            "ignored": list(header.ignored),
            "options": dict(self.options),
            "mapping": request.mapping.name if request.mapping else "",
        }
        return ReadPart(tally, reading)

    def _processes(self, size: int) -> int:
        """How many processes share a file: a small one is not worth a second."""
        return self.request.processes if size > _SHARED_FROM else 1

    def _keep(self, tally: Tally) -> None:
        batch, request = self.batch, self.request
        batch.row_count = tally.rows
        batch.totals = {name: str(total) for name, total in tally.totals.items()}
        batch.through_on = request.through_on or tally.latest or request.portfolio.business_date
        batch.save(update_fields=["reading", "row_count", "totals", "through_on"])

    def _check(self, titles: dict[str, str]) -> None:
        self._refuse_older_file()
        failpoint("import.after_staging")
        GroupCheck(
            batch=self.batch,
            kind=self.kind,
            context=self._context(),
            stage=self.stage,
            titles=titles,
        ).run(chunk_rows=settings.IMPORT_BATCH_ROWS, processes=self._processes(self.batch.size))
        self.batch.bad_count = self.stage.bad_count()
        self.batch.good_count = self.batch.row_count - self.batch.bad_count
        self.batch.save(update_fields=["bad_count", "good_count"])
        failpoint("import.after_checking")

    def _refuse_older_file(self) -> None:
        if not self.kind.refuses_older or self.batch.through_on is None:
            return
        for feed in self.kind.feeds or (self.kind.code,):
            known = FeedWatermark.objects.filter(portfolio=self.batch.portfolio, feed=feed).first()
            if known is not None and self.batch.through_on < known.through_on:
                raise ImportRefused(
                    "older_file",
                    through=self.batch.through_on,
                    feed=feed,
                    known=known.through_on,
                )

    def _decide(self) -> None:
        """Holds the file against what the person expects of it and against its own errors."""
        batch, request = self.batch, self.request
        if request.expect_rows is not None and request.expect_rows != batch.row_count:
            raise ImportRefused("rows_differ", expected=request.expect_rows, found=batch.row_count)
        for column, expected in request.expect_sums.items():
            if column not in self.kind.money_columns:
                known = ", ".join(self.kind.money_columns) or "-"
                raise ImportRefused("no_such_total", column=column, known=known)
            found = Decimal(batch.totals.get(column, "0.00"))
            if found != expected:
                raise ImportRefused("sum_differs", column=column, expected=expected, found=found)
        if request.check_only:
            return
        if batch.good_count == 0:
            raise ImportRefused("no_good_rows")
        if batch.bad_count and batch.mode == ImportMode.ALL_OR_NOTHING:
            raise ImportRefused("rows_bad", bad=batch.bad_count, rows=batch.row_count)

    @transaction.atomic
    def _refuse(self, refusal: ImportRefused) -> ImportBatch:
        batch = self.batch
        batch.state, batch.refusal = ImportState.REFUSED, str(refusal)
        batch.finished_at = clock.now()
        batch.save(update_fields=["state", "refusal", "finished_at"])
        self.stage.clear()
        record(
            action="import.refuse",
            by=self.by,
            object_type="loans.ImportBatch",
            object_id=batch.pk,
            portfolio_id=batch.portfolio_id,
            reason=str(refusal),
            data={"kind": self.kind.code, "code": refusal.code, "bad": batch.bad_count},
        )
        return batch

    @transaction.atomic
    def _leave_checked(self) -> ImportBatch:
        """Keeps what the check found and no rows: loading reads the file again."""
        self.batch.state = ImportState.CHECKED
        self.batch.new_expected = expected_new(self.batch)
        self.batch.save(update_fields=["state", "new_expected"])
        self.stage.clear()
        return self.batch

    @transaction.atomic
    def _accept(self) -> None:
        """Keeps the file itself, encrypted, and opens the batch for loading."""
        batch, request = self.batch, self.request
        assert batch.data_key is not None
        if batch.stored_file_id is None:  # an uploaded file is kept already
            with request.path.open("rb") as content:
                batch.stored_file = store(
                    content=content,
                    name=request.file_name,
                    key=batch.data_key,
                    max_size=current_limits().megabytes * _MEGABYTE,
                )
        batch.state, batch.started_at = ImportState.LOADING, clock.now()
        batch.save(update_fields=["stored_file", "state", "started_at"])


def find_mapping(*, portfolio: Portfolio, kind: str, name: str) -> ImportMapping:
    """Returns a mapping by its name. Raises `ImportRefused` naming those there are."""
    mappings = ImportMapping.objects.filter(portfolio=portfolio, kind=kind)
    found: ImportMapping | None = mappings.filter(name=name).first()
    if found is None:
        known = ", ".join(mappings.values_list("name", flat=True)) or "-"
        raise ImportRefused("unknown_mapping", name=name, kind=kind, known=known)
    return found


@transaction.atomic
def save_mapping(
    *,
    portfolio: Portfolio,
    kind: str,
    name: str,
    by: Actor,
    headers: dict[str, str] | None = None,
    date_order: str = "ymd",
    has_decimal_comma: bool = False,
    encoding: str = "",
    options: dict[str, str] | None = None,
) -> ImportMapping:
    """Stores a mapping under its name, in the place of an older one of that name.

    Arguments: headers from the lender's header to our column; options of the kind as text.
    Raises `ImportRefused` for columns or options that the kind does not have.
    """
    found = find_kind(kind)
    HeaderMatcher(found, headers or {})
    mapping = ImportMapping(
        portfolio=portfolio,
        kind=kind,
        name=name,
        headers=headers or {},
        date_order=date_order,
        has_decimal_comma=has_decimal_comma,
        encoding=encoding,
        options=options or {},
    )
    old = ImportMapping.objects.filter(portfolio=portfolio, kind=kind, name=name).first()
    if old is not None:
        mapping.pk = old.pk
    mapping.full_clean(validate_unique=False, validate_constraints=False)
    mapping.save()
    record(
        action="import.save_mapping",
        by=by,
        object_type="loans.ImportMapping",
        object_id=mapping.pk,
        portfolio_id=portfolio.pk,
        data={"kind": kind, "name": name, "headers": mapping.headers},
    )
    return mapping
