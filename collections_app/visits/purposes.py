"""The purposes every installation starts with; staff change them as data."""

from __future__ import annotations

from typing import Any

STANDARD_PURPOSES: tuple[dict[str, Any], ...] = (
    {
        "code": "SITUATION",
        "name": "See how the person is doing",
        "name_zh": "了解本人实际情况",
        "minutes": 30,
    },
    {
        "code": "ARRANGE",
        "name": "Talk about paying or a plan",
        "name_zh": "商谈还款或分期",
        "minutes": 45,
    },
    {
        "code": "NO-REPLY",
        "name": "Reach somebody who does not answer",
        "name_zh": "联系失联客户",
        "minutes": 20,
    },
    {"code": "VEHICLE", "name": "See the vehicle", "name_zh": "查看车辆", "minutes": 20},
    {
        "code": "DELIVER",
        "name": "Hand over a letter",
        "name_zh": "送达函件",
        "minutes": 15,
    },
)
