"""The result codes every installation starts with; staff change them as data."""

from __future__ import annotations

from dataclasses import dataclass

from collections_app.cases.models import NextStep
from collections_app.contacts.asks import Ask
from collections_app.contacts.models import ResultGroup
from compliance.attempts.models import Outcome
from compliance.stops.models import StopKind


@dataclass(frozen=True, slots=True)
class StandardResult:
    code: str
    name: str
    name_zh: str
    group: ResultGroup
    outcome: Outcome
    next_step: NextStep
    after_hours: int
    digit: int | None = None
    asks: tuple[Ask, ...] = ()
    marks_number_invalid: bool = False
    stop_kind: str = ""


_NONE, _WRONG, _RIGHT = (
    ResultGroup.NO_CONTACT,
    ResultGroup.WRONG_PARTY,
    ResultGroup.RIGHT_PARTY,
)
_CALL, _WAIT, _CHECK = NextStep.CALL, NextStep.WAIT, NextStep.CHECK_PAYMENT

STANDARD_RESULTS: tuple[StandardResult, ...] = (
    StandardResult("NA", "No answer", "未接", _NONE, Outcome.NO_ANSWER, _CALL, 4, 1),
    StandardResult(
        "VM", "Voicemail", "语音信箱", _NONE, Outcome.VOICEMAIL, _CALL, 24, 2, (Ask.MESSAGE,)
    ),
    StandardResult("TP", "Third party", "他人接听", _WRONG, Outcome.THIRD_PARTY, _CALL, 24, 3),
    StandardResult(
        "CB",
        "Call back",
        "约回电",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        24,
        4,
        asks=(Ask.CALLBACK,),
    ),
    StandardResult(
        "RPC-PTP",
        "Will pay",
        "承诺还款",
        _RIGHT,
        Outcome.CONVERSATION,
        _CHECK,
        72,
        5,
        asks=(Ask.PROMISE,),
    ),
    StandardResult(
        "RPC-HARD",
        "Hardship",
        "困难",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        48,
        6,
        asks=(Ask.REASON, Ask.NOTE),
    ),
    StandardResult(
        "RPC-REF", "Refuses", "拒绝", _RIGHT, Outcome.CONVERSATION, _CALL, 72, 7, (Ask.REASON,)
    ),
    StandardResult(
        "RPC-DISP",
        "Disputes",
        "异议",
        _RIGHT,
        Outcome.CONVERSATION,
        _WAIT,
        72,
        8,
        asks=(Ask.DISPUTE, Ask.NOTE),
        stop_kind=StopKind.DISPUTE,
    ),
    StandardResult(
        "RPC-PAID", "Says paid", "已还款", _RIGHT, Outcome.CONVERSATION, _CHECK, 24, 9, (Ask.PAID,)
    ),
    StandardResult("BZ", "Busy", "占线", _NONE, Outcome.BUSY, _CALL, 1),
    StandardResult(
        "DISC",
        "Not in service",
        "停机空号",
        _NONE,
        Outcome.NOT_IN_SERVICE,
        _CALL,
        24,
        marks_number_invalid=True,
    ),
    StandardResult(
        "WN",
        "Wrong number",
        "号码错误",
        _WRONG,
        Outcome.WRONG_NUMBER,
        _CALL,
        24,
        marks_number_invalid=True,
    ),
    StandardResult("RPC-PLAN", "Wants a plan", "想要分期", _RIGHT, Outcome.CONVERSATION, _CALL, 24),
    StandardResult(
        "RPC-UNABLE",
        "Cannot pay",
        "无力偿还",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        72,
        asks=(Ask.REASON, Ask.NOTE),
    ),
    StandardResult("RPC-HANG", "Hung up", "挂断", _RIGHT, Outcome.DROPPED, _CALL, 48),
    StandardResult(
        "LANG",
        "Needs another language",
        "语言不通",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        24,
        asks=(Ask.NOTE,),
    ),
    StandardResult(
        "CEASE",
        "Asks us to stop",
        "要求停止联系",
        _RIGHT,
        Outcome.CONVERSATION,
        _WAIT,
        72,
        asks=(Ask.NOTE,),
        stop_kind=StopKind.CEASE,
    ),
    StandardResult(
        "ATTY",
        "Has a lawyer",
        "已委托律师",
        _RIGHT,
        Outcome.CONVERSATION,
        _WAIT,
        72,
        asks=(Ask.NOTE,),
        stop_kind=StopKind.ATTORNEY,
    ),
    StandardResult(
        "BK",
        "Bankruptcy",
        "破产",
        _RIGHT,
        Outcome.CONVERSATION,
        _WAIT,
        72,
        asks=(Ask.NOTE,),
        stop_kind=StopKind.BANKRUPTCY,
    ),
    StandardResult(
        "DEC",
        "Has died",
        "已去世",
        _WRONG,
        Outcome.THIRD_PARTY,
        _WAIT,
        72,
        asks=(Ask.NOTE,),
        stop_kind=StopKind.DECEASED,
    ),
    StandardResult(
        "VULN",
        "Vulnerable",
        "需特别关照",
        _RIGHT,
        Outcome.CONVERSATION,
        _WAIT,
        72,
        asks=(Ask.NOTE,),
        stop_kind=StopKind.VULNERABLE,
    ),
    StandardResult(
        "NOT-MADE", "Not dialled after all", "未拨出", _NONE, Outcome.NOT_MADE, _CALL, 0
    ),
)
