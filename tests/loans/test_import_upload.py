"""A file uploaded by hand: columns, check, bad rows, load, and what stands against each step."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access.rights import Role
from accounts.models import User
from core import clock
from core.audit.models import AuditEntry
from core.files.models import StoredFile
from core.jobs import Heartbeat, record_heartbeat
from core.locks import Lock, session_lock
from loans.delinquency.verification import verify_portfolio
from loans.imports import errands, wakeups
from loans.imports.errands import MOST_FAULTS, errands_waiting, run_errand
from loans.imports.models import Errand, ImportBatch, ImportMapping, ImportState
from loans.portfolios.services import grant_portfolio
from loans.repayments.models import Repayment
from tests.loans.bad_rows import BAD_COUNT, spoil
from tests.loans.builders import CLERK, build_portfolio, build_product
from tests.loans.import_files import (
    KINDS,
    REPAYMENT_HEADERS,
    bring_in,
    csv_bytes,
    party_rows,
    repayment_rows,
    write_portfolio_files,
)

pytestmark = pytest.mark.django_db

COUNT = 70


def person(email, role):
    return User.objects.create_user(
        email=email, password="not used here", full_name=email, role=role
    )


@pytest.fixture
def portfolio(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    portfolio = build_portfolio(
        code="af-cn", ledger="external", country="CN", business_date=date(2025, 6, 30)
    )
    build_product(portfolio)
    return portfolio


@pytest.fixture
def books(portfolio, tmp_path):
    """The loans that the repayments are about."""
    write_portfolio_files(tmp_path, COUNT)
    for kind in KINDS[:-1]:
        assert not bring_in(portfolio, kind, tmp_path / f"{kind}.csv").is_refused
    return portfolio


@pytest.fixture
def ada(client):
    ada = person("ada@example.com", Role.ADMINISTRATOR)
    client.force_login(ada)
    return ada


def upload(client, portfolio, content, *, kind="repayments", name="payments.csv"):
    return client.post(
        reverse("imports:upload"),
        {
            "portfolio": portfolio.pk,
            "kind": kind,
            "file": SimpleUploadedFile(name, content),
        },
    )


def columns_of(client, batch, **more):
    """Answers the page of columns as it stands."""
    page = client.get(reverse("imports:columns", args=[batch.pk]))
    fields = {field.name: field.value() for _column, field in page.context["columns"]}
    return client.post(
        reverse("imports:columns", args=[batch.pk]),
        {"date_order": "ymd", "encoding": ""} | fields | more,
    )


def work():
    """What the workers would do now."""
    for import_id in errands_waiting():
        run_errand(import_id=import_id)


def good_file(rows=COUNT):
    return csv_bytes(REPAYMENT_HEADERS, repayment_rows(rows))


def test_a_file_with_94_bad_rows_is_named_corrected_and_loaded(client, books, ada):
    rows, codes, right = spoil(COUNT)

    answer = upload(client, books, csv_bytes(REPAYMENT_HEADERS, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    assert answer.status_code == 303
    assert answer["Location"] == reverse("imports:columns", args=[batch.pk])
    assert columns_of(client, batch).status_code == 303
    work()

    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED
    assert (batch.bad_count, batch.good_count) == (BAD_COUNT, len(rows) - BAD_COUNT)
    assert dict(batch.errors.values_list("row_no", "code")) == codes
    assert not Repayment.objects.exists(), "a check writes nothing"

    download = client.get(reverse("imports:bad_rows", args=[batch.pk, "xlsx"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(download.streaming_content)))
    lines = [list(line) for line in book.active.iter_rows(values_only=True)]
    assert lines[0][:4] == REPAYMENT_HEADERS
    assert [int(line[4]) for line in lines[1:]] == sorted(codes)
    assert all(line[5] for line in lines[1:]), "each says what is wrong"

    load = reverse("imports:load", args=[batch.pk])
    assert client.post(load, {"mode": "good_rows"}).status_code == 303
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == (ImportState.LOADED, len(rows) - BAD_COUNT)

    fixed = [lines[0]] + [[*right[int(line[4]) - 2], *line[4:]] for line in lines[1:]]
    corrected = openpyxl.Workbook()
    for line in fixed:
        corrected.active.append(line)
    content = io.BytesIO()
    corrected.save(content)
    upload(client, books, content.getvalue(), name="payments-bad-rows.xlsx")
    second = ImportBatch.objects.get(state=ImportState.UPLOADED)
    assert columns_of(client, second).status_code == 303
    work()
    second.refresh_from_db()
    assert (second.state, second.bad_count, second.good_count) == ("checked", 0, BAD_COUNT)
    client.post(reverse("imports:load", args=[second.pk]), {"mode": "all_or_nothing"})
    work()

    second.refresh_from_db()
    assert (second.state, second.created_count) == (ImportState.LOADED, BAD_COUNT)
    assert Repayment.objects.count() == len(rows)
    assert verify_portfolio(portfolio=books) == []


def test_the_bad_rows_as_csv_can_be_uploaded_as_they_are(client, portfolio, ada):
    rows = party_rows(3)
    rows[1][1] = ""
    content = csv_bytes(["客户号", "姓名", "身份证号", "语言"], rows)
    upload(client, portfolio, content, kind="parties", name="parties.csv")
    batch = ImportBatch.objects.get()
    columns_of(client, batch)
    work()

    download = client.get(reverse("imports:bad_rows", args=[batch.pk, "csv"]))
    text = b"".join(download.streaming_content)
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(lines) == 2
    assert AuditEntry.objects.filter(action="export.write", object_id="import.bad_rows").exists(), (
        "who took rows in clear is in the trail"
    )
    lines[1][1] = "李娜"
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    upload(client, portfolio, out.getvalue().encode(), kind="parties", name="again.csv")
    again = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, again)
    work()

    again.refresh_from_db()
    assert (again.good_count, again.bad_count) == (1, 0), list(
        again.errors.values_list("code", "value")
    )


def test_bad_rows_in_clear_need_the_right_and_the_portfolio(client, books, ada):
    rows, _codes, _right = spoil(COUNT)
    upload(client, books, csv_bytes(REPAYMENT_HEADERS, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()
    address = reverse("imports:bad_rows", args=[batch.pk, "xlsx"])

    lead = person("ben@example.com", Role.TEAM_LEAD)
    grant_portfolio(portfolio=books, user=lead, by=CLERK)
    client.force_login(lead)
    assert client.get(address).status_code == 403
    client.force_login(person("cleo@example.com", Role.MANAGER))
    assert client.get(address).status_code == 404
    assert not AuditEntry.objects.filter(object_id="import.bad_rows").exists()


def test_an_uploaded_file_is_kept_encrypted(client, portfolio, ada, tmp_path):
    upload(client, portfolio, good_file())

    stored = StoredFile.objects.get()
    on_disk = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    assert ImportBatch.objects.get().stored_file == stored
    assert all(b"AF-000001" not in path.read_bytes() for path in on_disk)
    assert on_disk


def test_the_same_file_is_not_taken_in_twice(client, portfolio, ada):
    upload(client, portfolio, good_file())
    again = upload(client, portfolio, good_file(), name="renamed.csv")

    batch = ImportBatch.objects.get()
    assert again["Location"] == reverse("imports:detail", args=[batch.pk])
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.csv", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls", "old .xls"),
        (b"%PDF-1.7 not a table", "scan.pdf", "neither text nor a workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_before_it_is_kept(
    client, portfolio, ada, content, name, says
):
    answer = upload(client, portfolio, content, name=name)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_above_the_limit_is_refused_with_the_limit(client, portfolio, ada, settings):
    settings.IMPORT_MAX_MEGABYTES = 1
    content = csv_bytes(REPAYMENT_HEADERS, [["AF-1", "2025-01-01", "1.00", "x" * 1_100_000]])

    answer = upload(client, portfolio, content)

    assert answer.status_code == 422
    assert "at most 1 MB" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_required_columns_nobody_has_are_named(client, portfolio, ada):
    upload(client, portfolio, csv_bytes(["合同号", "日子", "还款金额"], [["A", "B", "C"]]))
    batch = ImportBatch.objects.get()

    page = client.get(reverse("imports:columns", args=[batch.pk]))
    refused = columns_of(client, batch)

    assert page.context["missing"] == ["counts from"]
    assert refused.status_code == 422
    assert "counts from" in refused.content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.errand) == (ImportState.UPLOADED, "")


def test_two_headers_for_one_column_are_refused(client, portfolio, ada):
    upload(client, portfolio, csv_bytes([*REPAYMENT_HEADERS, "日子"], [["A", "B", "C", "D", "E"]]))
    batch = ImportBatch.objects.get()

    refused = columns_of(client, batch, column_4="value_on")

    assert refused.status_code == 422
    assert "is taken for this already" in refused.content.decode()


def test_columns_saved_under_a_name_are_remembered_for_the_next_file(client, books, ada):
    headers = ["合同", "日子", "钱"]
    rows = [["AF-000001", "20/02/2025", "10,50"]]
    upload(client, books, csv_bytes(headers, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    answer = columns_of(
        client,
        batch,
        column_0="contract_no",
        column_1="value_on",
        column_2="amount",
        date_order="dmy",
        has_decimal_comma="on",
        template="Bank A",
    )
    assert answer.status_code == 303
    mapping = ImportMapping.objects.get(name="Bank A")
    assert (mapping.date_order, mapping.has_decimal_comma) == ("dmy", True)
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.good_count) == (ImportState.CHECKED, 1)

    second = upload(
        client, books, csv_bytes(headers, [["AF-000002", "21/02/2025", "11,50"]]), name="two.csv"
    )
    newest = ImportBatch.objects.get(file_name="two.csv")
    assert second["Location"] == reverse("imports:detail", args=[newest.pk])
    assert newest.errand == Errand.CHECK
    work()
    newest.refresh_from_db()
    assert (newest.state, newest.good_count) == (ImportState.CHECKED, 1)
    assert newest.reading["mapping"] == "Bank A"


def test_personal_values_are_masked_on_the_page_of_columns(client, portfolio, ada):
    rows = party_rows(2)
    content = csv_bytes(
        ["客户号", "姓名", "身份证号", "紧急联系人"], [[*r[:3], "王芳芳"] for r in rows]
    )
    upload(client, portfolio, content, kind="parties", name="parties.csv")
    batch = ImportBatch.objects.get()

    shown = client.get(reverse("imports:columns", args=[batch.pk])).content.decode()

    assert "张伟1" not in shown
    assert rows[0][2] not in shown
    assert "王芳芳" not in shown
    assert "C-000001" in shown


def test_a_total_typed_wrong_loads_nothing(client, books, ada):
    upload(client, books, good_file())
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()
    load = reverse("imports:load", args=[batch.pk])

    refused = client.post(load, {"mode": "good_rows", "total": "1.00"})
    assert refused.status_code == 422
    assert "you typed" in refused.content.decode()
    batch.refresh_from_db()
    assert batch.errand == ""
    right = client.post(load, {"mode": "good_rows", "total": batch.totals["amount"]})

    assert right.status_code == 303


def test_nothing_is_loaded_while_rows_are_bad_and_all_are_wanted(client, books, ada):
    rows, _codes, _right = spoil(COUNT)
    upload(client, books, csv_bytes(REPAYMENT_HEADERS, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()

    refused = client.post(reverse("imports:load", args=[batch.pk]), {"mode": "all_or_nothing"})

    assert refused.status_code == 422
    assert "94 of 210 rows have errors" in refused.content.decode()
    assert not Repayment.objects.exists()


def test_reasons_are_counted_and_each_shows_its_rows(client, books, ada):
    rows, codes, _right = spoil(COUNT)
    upload(client, books, csv_bytes(REPAYMENT_HEADERS, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()
    here = reverse("imports:detail", args=[batch.pk])

    page = client.get(here)
    some = client.get(f"{here}?reason=not_date")

    counted = {tab.label: tab.count for tab in page.context["reasons"]}
    assert counted["All"] == BAD_COUNT
    assert counted["Not a date"] == list(codes.values()).count("not_date")
    assert len(some.context["errors"]) == counted["Not a date"]
    assert client.get(f"{here}?reason=nonsense").status_code == 404


def test_an_errand_that_failed_often_goes_back_to_the_person(client, books, ada, monkeypatch):
    upload(client, books, good_file())
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)

    def broken(**_arguments):
        raise ZeroDivisionError("the name of somebody")

    monkeypatch.setattr(errands, "import_file", broken)
    for _attempt in range(MOST_FAULTS):
        with pytest.raises(ZeroDivisionError):
            run_errand(import_id=batch.pk)
    assert errands_waiting() == []
    page = client.get(reverse("imports:detail", args=[batch.pk]))
    assert "ZeroDivisionError" in page.content.decode()
    assert "the name of somebody" not in page.content.decode()
    monkeypatch.undo()

    client.post(reverse("imports:again", args=[batch.pk]))
    work()

    batch.refresh_from_db()
    assert (batch.state, batch.fault) == (ImportState.CHECKED, "")


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_found_again_and_what_is_held_is_left_alone(
    client, portfolio, ada, monkeypatch
):
    monkeypatch.setattr(wakeups, "send", lambda import_id: None)  # the message is lost
    upload(client, portfolio, good_file())
    batch = ImportBatch.objects.get()
    columns_of(client, batch)

    assert errands_waiting() == [batch.pk]
    with session_lock(Lock.IMPORT, portfolio.pk):
        assert errands_waiting() == []
    assert errands_waiting() == [batch.pk]


def test_without_a_worker_the_page_says_so(client, books, ada):
    upload(client, books, good_file())
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    here = reverse("imports:detail", args=[batch.pk])

    assert "No worker was seen" in client.get(here).content.decode()
    record_heartbeat(name="worker@a", kind=Heartbeat.Kind.WORKER)
    assert "No worker was seen" not in client.get(here).content.decode()
    Heartbeat.objects.update(seen_at=clock.now() - timedelta(minutes=6))
    assert "No worker was seen" in client.get(here).content.decode()


def test_a_discarded_file_may_be_uploaded_again(client, portfolio, ada):
    upload(client, portfolio, good_file())
    batch = ImportBatch.objects.get()

    client.post(reverse("imports:discard", args=[batch.pk]))
    upload(client, portfolio, good_file())

    assert sorted(ImportBatch.objects.values_list("state", flat=True)) == ["discarded", "uploaded"]


def test_undo_is_asked_for_with_a_reason_and_done_by_a_worker(client, books, ada):
    upload(client, books, good_file())
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()
    client.post(reverse("imports:load", args=[batch.pk]), {"mode": "good_rows"})
    work()
    address = reverse("imports:undo", args=[batch.pk])

    page = client.get(address)
    without = client.post(address, {"reason": ""})
    assert page.context["preview"].is_possible
    assert without.status_code == 422
    batch.refresh_from_db()
    assert batch.errand == ""
    assert client.post(address, {"reason": "the October file"}).status_code == 303
    work()

    batch.refresh_from_db()
    assert (batch.state, batch.undo_reason) == (ImportState.UNDONE, "the October file")
    assert verify_portfolio(portfolio=books) == []


def test_an_import_page_stays_within_its_queries(client, books, ada, django_assert_max_num_queries):
    rows, _codes, _right = spoil(COUNT)
    upload(client, books, csv_bytes(REPAYMENT_HEADERS, rows))
    batch = ImportBatch.objects.get(state=ImportState.UPLOADED)
    columns_of(client, batch)
    work()

    with django_assert_max_num_queries(12):
        client.get(reverse("imports:detail", args=[batch.pk]))
    with django_assert_max_num_queries(12):
        client.get(reverse("imports:list"))


def test_uploading_needs_the_right_and_a_visible_portfolio(client, portfolio):
    client.force_login(person("ana@example.com", Role.AGENT))
    assert client.get(reverse("imports:upload")).status_code == 403

    client.force_login(person("maria@example.com", Role.MANAGER))
    refused = upload(client, portfolio, good_file())
    assert refused.status_code == 422
    assert not ImportBatch.objects.exists()
