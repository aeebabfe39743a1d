"""How long records of collection are kept, and when data about a default is taken down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from compliance.clocks.counting import years_after


class Record(StrEnum):
    """Where the duty to keep is written."""

    GBT_45251 = "gbt_45251"
    CREDIT_CARD = "credit_card"
    CONSUMER_FINANCE = "consumer_finance"
    IMPACT_ASSESSMENT = "impact_assessment"
    ENTRUSTED_PROCESSING = "entrusted_processing"
    REG_F = "reg_f"
    NYC = "nyc"
    POLICY = "policy"


#: GB/T 45251-2025; 信用卡办法 68; 消费金融公司管理办法; PIPL 56; 网络数据安全管理条例 12;
#: 12 CFR 1006.100 (after the last collection activity, recordings after the call); 6 RCNY 5-77.
YEARS: Final[dict[Record, int]] = {
    Record.GBT_45251: 2,
    Record.CREDIT_CARD: 2,
    Record.CONSUMER_FINANCE: 5,
    Record.IMPACT_ASSESSMENT: 3,
    Record.ENTRUSTED_PROCESSING: 3,
    Record.REG_F: 3,
    Record.NYC: 3,
    Record.POLICY: 5,
}
_ADVERSE_DATA_YEARS: Final = 5


def keep_until(on: date, record: Record | str) -> date:
    """The last day on which a record must still be there.

    Counted from the record, or from the last activity where the text says so. Raises ValueError
    for another kind of record.
    """
    return years_after(on, YEARS[Record(record)])


def keep_until_all(on: date, records: Iterable[Record | str]) -> date:
    """The last day by the longest of several duties. Raises ValueError when none is named."""
    return max(keep_until(on, record) for record in records)


def adverse_data_until(ended_on: date) -> date:
    """Until when a credit bureau keeps a default: 5 years after its end (征信业管理条例 16)."""
    return years_after(ended_on, _ADVERSE_DATA_YEARS)
