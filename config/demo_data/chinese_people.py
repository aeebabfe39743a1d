"""Invented people in China: names, places, cars and what they owe a car lender for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import Final

from config.demo_data import identities
from config.demo_data.cars import CarModel
from loans.borrowers.rows import AddressRow, ContactRow, PartyRow

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程"
    "魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚"
)
_DOUBLE_SURNAMES: Final = ("欧阳", "司徒", "上官", "诸葛", "尉迟")
_MEN: Final = "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢佳建国志文海晨睿昊轩博"
_WOMEN: Final = "芳娜敏静丽艳娟霞秀燕玲桂英莉雪梅琳洁慧婷玉萍红颖倩丹晶欣怡佳悦雅蕾璐瑶晓诗涵梓琪妍"
#: People whose names lie outside the characters that older systems can hold.
RARE_NAMES: Final = ("李𠮷祥", "王𬀩", "张䶮")


@dataclass(frozen=True, slots=True)
class Place:
    """A district: province, city, its plates, the first six digits of its ids, its streets."""

    province: str
    city: str
    plate: str
    id_region: str
    district: str
    streets: tuple[str, ...]


PLACES: Final = (
    Place("广东", "深圳", "粤B", "440305", "南山区", ("科技园南路", "后海大道", "前海路")),
    Place("广东", "深圳", "粤B", "440306", "宝安区", ("新湖路", "创业二路", "西乡大道")),
    Place("广东", "广州", "粤A", "440106", "天河区", ("体育西路", "黄埔大道西", "天府路")),
    Place("广东", "佛山", "粤E", "440605", "南海区", ("桂澜路", "海五路", "南海大道")),
    Place("广东", "东莞", "粤S", "441900", "南城街道", ("鸿福路", "元美路", "三元路")),
    Place("浙江", "杭州", "浙A", "330106", "西湖区", ("文三路", "古墩路", "天目山路")),
    Place("浙江", "宁波", "浙B", "330212", "鄞州区", ("四明中路", "惠风东路", "天童南路")),
    Place("江苏", "苏州", "苏E", "320506", "吴中区", ("东吴北路", "宝带东路", "迎春路")),
    Place("江苏", "南京", "苏A", "320115", "江宁区", ("双龙大道", "天元中路", "竹山路")),
    Place("四川", "成都", "川A", "510107", "武侯区", ("人民南路四段", "科华北路", "二环路南四段")),
    Place("湖北", "武汉", "鄂A", "420111", "洪山区", ("珞喻路", "雄楚大道", "民族大道")),
    Place("湖南", "长沙", "湘A", "430104", "岳麓区", ("枫林三路", "金星中路", "麓谷大道")),
    Place("河南", "郑州", "豫A", "410105", "金水区", ("花园路", "文化路", "经三路")),
    Place("山东", "济南", "鲁A", "370102", "历下区", ("经十路", "解放东路", "和平路")),
    Place("山东", "青岛", "鲁B", "370202", "市南区", ("香港中路", "宁夏路", "江西路")),
    Place("福建", "厦门", "闽D", "350203", "思明区", ("湖滨南路", "莲前西路", "嘉禾路")),
    Place("陕西", "西安", "陕A", "610113", "雁塔区", ("小寨东路", "高新路", "科技路")),
    Place("辽宁", "沈阳", "辽A", "210102", "和平区", ("青年大街", "南京南街", "文化路")),
    Place("广西", "南宁", "桂A", "450103", "青秀区", ("民族大道", "东葛路", "金湖路")),
    Place("新疆", "乌鲁木齐", "新A", "650102", "天山区", ("解放北路", "新华南路", "人民路")),
)

CARS: Final = (
    CarModel("比亚迪", "秦PLUS DM-i", "LGX", 115, is_electric=True),
    CarModel("比亚迪", "宋PLUS DM-i", "LGX", 155, is_electric=True),
    CarModel("比亚迪", "海豚", "LGX", 105, is_electric=True),
    CarModel("大众", "朗逸", "LSV", 110),
    CarModel("大众", "帕萨特", "LSV", 190),
    CarModel("日产", "轩逸", "LGB", 115),
    CarModel("丰田", "卡罗拉", "LFM", 125),
    CarModel("丰田", "凯美瑞", "LVG", 185),
    CarModel("本田", "雅阁", "LHG", 180),
    CarModel("本田", "CR-V", "LVH", 185),
    CarModel("吉利", "帝豪", "LB3", 75),
    CarModel("哈弗", "H6", "LGW", 110),
    CarModel("长安", "CS75 PLUS", "LS5", 120),
    CarModel("五菱", "宏光MINIEV", "LK6", 45, is_electric=True),
    CarModel("理想", "L6", "HLX", 250, is_electric=True),
    CarModel("特斯拉", "Model 3", "LRW", 240, is_electric=True),
    CarModel("宝马", "320Li", "LBV", 290),
)
INSURERS: Final = ("人保财险", "平安产险", "太平洋产险", "国寿财险")


def full_name(*, rng: Random, is_woman: bool) -> str:
    """Returns a name of two or three characters, now and then with a double surname."""
    surname = rng.choice(_DOUBLE_SURNAMES) if rng.random() < 0.01 else rng.choice(_SURNAMES)
    characters = _WOMEN if is_woman else _MEN
    return surname + "".join(rng.choice(characters) for _ in range(1 if rng.random() < 0.2 else 2))


def person(
    *, rng: Random, customer_no: str, place: Place, today: dt.date, name: str = ""
) -> PartyRow:
    """Returns one person who lives in a place, with phones and sometimes a work address."""
    is_woman = rng.random() < 0.38
    born_on = today - dt.timedelta(days=rng.randrange(22 * 365, 58 * 365))
    points = [ContactRow(kind="phone", value=identities.chinese_mobile(rng), place="mobile")]
    if rng.random() < 0.25:
        points.append(
            ContactRow(kind="phone", value=identities.chinese_mobile(rng), place="mobile")
        )
    if rng.random() < 0.15:
        points.append(ContactRow(kind="email", value=f"{customer_no.lower()}@example.com"))
    return PartyRow(
        customer_no=customer_no,
        full_name=name or full_name(rng=rng, is_woman=is_woman),
        salutation="ms" if is_woman else "mr",
        language=_language(customer_no, place),
        id_number=identities.resident_id(
            rng=rng, region=place.id_region, born_on=born_on, is_woman=is_woman
        ),
        born_on=born_on,
        contact_points=tuple(points),
        addresses=tuple(_addresses(rng, place)),
    )


def _language(customer_no: str, place: Place) -> str:
    """Cantonese for every sixth person in Guangdong; a little Uyghur, which nobody here speaks."""
    number = int("".join(filter(str.isdigit, customer_no)) or 0)
    if number % 90 == 0:
        return "ug"
    return "yue" if place.province == "广东" and number % 6 == 0 else "zh-hans"


def _addresses(rng: Random, place: Place) -> list[AddressRow]:
    def row(kind: str, door: str) -> AddressRow:
        street = f"{rng.choice(place.streets)}{rng.randrange(1, 400)}号"
        return AddressRow(
            text=f"{place.province}{place.city}市{place.district}{street}{door}",
            country="CN",
            kind=kind,
            region=place.province,
            city=place.city,
        )

    home = f"{rng.randrange(1, 20)}栋{rng.randrange(1, 33)}{rng.randrange(1, 9):02d}室"
    rows = [row("home", home)]
    if rng.random() < 0.2:
        rows.append(row("work", f"{rng.randrange(1, 40)}楼"))
    return rows
