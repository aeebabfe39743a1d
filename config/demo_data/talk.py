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

#: What colleagues should know of somebody, in Chinese and in English.
ABOUT_PEOPLE: Final[tuple[tuple[str, str], ...]] = (
    ("夜班司机，中午十二点以后再打电话。", "Works nights; call after noon."),
    ("配偶不知道这笔贷款，只与本人谈。", "The wife does not know of the loan: speak to him only."),
    ("普通话听不太懂，请安排粤语同事。", "Hard of hearing: speak slowly, repeat the amount."),
    ("每月十五日发工资。", "Paid on the fifteenth of every month."),
    ("车辆是营运工具，靠它接单。", "Drives for a living: without the car there is no income."),
    ("喜欢先收到短信，再接电话。", "Prefers a text before a call."),
)
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
    "breathing_space": ("债务纾缓期登记", "notice of a debt adviser"),
    "deceased": ("家属提交死亡证明", "death certificate"),
    "hardship": ("困难客户认定", "hardship programme"),
    "vulnerable": ("特殊群体关怀登记", "noted in a call"),
    "military": ("现役军人证明", "active duty orders"),
    "employer_prohibits": ("来电说明单位不许接听", "the employer allows no calls"),
    "third_party_refused": ("联系人要求不再联系", "said it is not their debt"),
    "time_barred": ("诉讼时效已过", "limitation has run out"),
    "hold": ("经理暂缓", "held by the manager"),
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
#: Stop kind -> days from now until it ends by itself.
STOP_DAYS: Final[dict[str, int]] = {"breathing_space": 45, "hardship": 30}

#: What is said about visits, in Chinese and in English.
VISITS: Final[dict[str, tuple[str, str]]] = {
    "dog": ("院内有狗，先按门铃。", "A dog behind the gate: ring, do not go in."),
    "gate": (
        "小区需登记，门禁密码向物业询问。",
        "Gated: ask at the office for the visitors' bell.",
    ),
    "spouse": ("配偶不知情，只与本人谈。", "The wife does not know: speak to him only."),
    "yard": ("车一般停在后院。", "The car usually stands behind the house."),
    "met": (
        "本人在家，情绪平和，承诺周内还一半。",
        "At home and calm. Will pay half within the week.",
    ),
    "not_in": ("敲门无人应答，邻居不便多问。", "Nobody opened. Left no note."),
    "moved": (
        "门卫称已搬走，未透露来意。",
        "A new tenant opened; gone since summer. Said nothing.",
    ),
    "stands": ("小区地下车库B2", "Carport behind the house"),
    "called_off": ("客户来电约定周五转账", "Rang us and pays by transfer on Friday"),
}
