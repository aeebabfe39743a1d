"""The result codes every installation starts with; staff change them as data."""

from __future__ import annotations

from dataclasses import dataclass

from collections_app.cases.models import NextStep
from collections_app.contacts.asks import Ask, LeadsTo
from collections_app.contacts.models import ResultGroup
from compliance.attempts.models import AttemptChannel, Outcome
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
    is_abusive: bool = False
    leads_to: str = ""
    channel: AttemptChannel = AttemptChannel.CALL


_NONE, _WRONG, _RIGHT = (
    ResultGroup.NO_CONTACT,
    ResultGroup.WRONG_PARTY,
    ResultGroup.RIGHT_PARTY,
)
_CALL, _WAIT, _CHECK = NextStep.CALL, NextStep.WAIT, NextStep.CHECK_PAYMENT

_CALL_RESULTS: tuple[StandardResult, ...] = (
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
        leads_to=LeadsTo.HARDSHIP,
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
    StandardResult(
        "RPC-PLAN",
        "Wants a plan",
        "想要分期",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        24,
        leads_to=LeadsTo.PLAN,
    ),
    StandardResult(
        "RPC-UNABLE",
        "Cannot pay",
        "无力偿还",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        72,
        asks=(Ask.REASON, Ask.NOTE),
        leads_to=LeadsTo.HARDSHIP,
    ),
    StandardResult("RPC-HANG", "Hung up", "挂断", _RIGHT, Outcome.DROPPED, _CALL, 48),
    StandardResult(
        "RPC-ABUSE",
        "Abuses or threatens",
        "辱骂或威胁",
        _RIGHT,
        Outcome.CONVERSATION,
        _CALL,
        72,
        is_abusive=True,
    ),
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

_VISIT, _AGAIN = AttemptChannel.VISIT, NextStep.VISIT

#: What is agreed at a door (a promise, cash, the car) is recorded beside the result, not by it: a
#: phone without a network can say a result when it can say nothing else.
_VISIT_RESULTS: tuple[StandardResult, ...] = (
    StandardResult("V-MET", "Met", "见到本人", _RIGHT, Outcome.MET, _CALL, 72, 1, channel=_VISIT),
    StandardResult(
        "V-NOTMET", "Nobody in", "无人在家", _NONE, Outcome.NOT_MET, _AGAIN, 72, 2, channel=_VISIT
    ),
    StandardResult(
        "V-TP",
        "Somebody else",
        "他人应门",
        _WRONG,
        Outcome.THIRD_PARTY,
        _CALL,
        24,
        3,
        channel=_VISIT,
    ),
    StandardResult(
        "V-MOVED", "Moved away", "已搬走", _WRONG, Outcome.NOT_MET, _CALL, 24, 4, channel=_VISIT
    ),
    StandardResult(
        "V-VEH-SEEN",
        "Nobody in, vehicle there",
        "无人，车辆在",
        _NONE,
        Outcome.NOT_MET,
        _AGAIN,
        72,
        5,
        channel=_VISIT,
    ),
    StandardResult(
        "V-VEH-GONE",
        "Nobody in, vehicle gone",
        "无人，车辆不在",
        _NONE,
        Outcome.NOT_MET,
        _CALL,
        24,
        6,
        channel=_VISIT,
    ),
    StandardResult(
        "V-REF", "Met, will not talk", "见面拒谈", _RIGHT, Outcome.MET, _CALL, 72, 7, channel=_VISIT
    ),
    StandardResult(
        "V-CEASE",
        "Met, asks us to stop",
        "要求停止上门",
        _RIGHT,
        Outcome.MET,
        _WAIT,
        72,
        8,
        stop_kind=StopKind.CEASE,
        channel=_VISIT,
    ),
    StandardResult(
        "V-UNSAFE",
        "Left, felt unsafe",
        "感到不安全离开",
        _NONE,
        Outcome.NOT_MET,
        _WAIT,
        24,
        9,
        channel=_VISIT,
    ),
    StandardResult(
        "V-VULN",
        "Met, vulnerable",
        "见面，需特别关照",
        _RIGHT,
        Outcome.MET,
        _WAIT,
        72,
        stop_kind=StopKind.VULNERABLE,
        channel=_VISIT,
    ),
    StandardResult(
        "V-NOT-MADE",
        "Not made after all",
        "未上门",
        _NONE,
        Outcome.NOT_MADE,
        _AGAIN,
        0,
        channel=_VISIT,
    ),
)

STANDARD_RESULTS: tuple[StandardResult, ...] = (*_CALL_RESULTS, *_VISIT_RESULTS)
