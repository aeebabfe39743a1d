"""What is said on the floor: notes and reasons, in Chinese and English."""

from __future__ import annotations

from typing import Final

#: Result code -> what a collector writes down, in Chinese and in English.
NOTES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "RPC-PTP": (
        (
            "客户称工资十五日到账，承诺当日还清逾期款。",
            "已核实身份，客户同意周五前通过银行代扣还款。",
        ),
        ("Paid on Friday, will pay both instalments then.", "Will pay by ACH after the weekend."),
    ),
    "RPC-HARD": (
        ("工厂停工两个月，收入减半，希望延期一个月。", "家人住院，先还一半，月底补齐。"),
        ("Hours were cut in October; asks for a smaller instalment.", "In hospital last month."),
    ),
    "RPC-REF": (("客户态度抵触，称暂时不还。",), ("Says the car is not worth it, will not pay.",)),
    "RPC-DISP": (
        ("客户称上期已足额支付，要求核对流水。",),
        ("Says the September payment was taken twice from his account.",),
    ),
    "RPC-PAID": (
        ("客户称昨晚已微信支付，待核实。",),
        ("Says it was paid at the counter.",),
    ),
    "CB": (("正在上班，约晚些时候再联系。",), ("At work, asks to be called after six.",)),
    "RPC-PLAN": (("希望分三期补齐逾期款。",), ("Wants to spread the arrears over three months.",)),
    "RPC-UNABLE": (("目前无固定收入，暂无法还款。",), ("No income at present.",)),
    "TP": (("配偶接听，未透露欠款信息，请其转告回电。",), ("Brother answered; nothing was said.",)),
    "NA": (("", "响铃无人接听。"), ("", "Rang out.")),
    "VM": (("",), ("Left no message.",)),
    "BZ": (("",), ("",)),
}

#: What people say who call us.
INBOUND: Final = ("RPC-PTP", "RPC-PTP", "RPC-PAID", "RPC-HARD", "RPC-PLAN", "RPC-PTP", "CB")
#: What comes of calls that we make.
OUTBOUND: Final = ("NA", "NA", "NA", "VM", "BZ", "TP", "RPC-PTP", "RPC-PTP", "RPC-HARD", "CB")
#: Stop kind -> where it came from, in Chinese and in English.
STOP_SOURCES: Final[dict[str, tuple[str, str]]] = {
    "cease": ("来电要求停止联系", "letter asking us to stop"),
    "dispute": ("对账争议登记", "written dispute"),
    "complaint": ("投诉工单", "complaint to the regulator"),
    "attorney": ("律师函", "letter of an attorney"),
    "bankruptcy": ("法院破产通知", "bankruptcy court notice"),
    "deceased": ("家属提交死亡证明", "death certificate"),
    "hardship": ("困难客户认定", "hardship programme"),
    "vulnerable": ("特殊群体关怀登记", "noted in a call"),
    "military": ("现役军人证明", "active duty orders"),
    "hold": ("经理暂缓", "held by the manager"),
    "breathing_space": ("债务喘息期通知", "notice of the Insolvency Service"),
    "employer_prohibits": ("单位不允许接听私人电话", "said on the telephone at work"),
    "third_party_refused": ("接听人要求不再联系", "asked us not to ring again"),
    "time_barred": ("法务核查诉讼时效", "checked by the legal officer"),
}

#: What the rules want to know of a stop of the kind.
STOP_DETAILS: Final[dict[str, dict[str, str]]] = {
    "cease": {"received_by": "letter"},
    "dispute": {"received_by": "letter"},
    "attorney": {"name": "Perez & Wong LLP"},
    "breathing_space": {"type": "standard"},
    "employer_prohibits": {"how": "written"},
    "military": {"service_from": "2026-01-05"},
}
