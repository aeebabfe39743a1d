"""The Chinese portfolio: books kept here, in yuan, all over the country."""

from __future__ import annotations

import datetime as dt
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from config.demo_data import chinese_people as people
from config.demo_data.history import Say, pass_days
from config.demo_data.households import (
    Household,
    open_drafts,
    others_of,
    register,
    with_dead_number,
)
from config.demo_data.identities import chinese_plate
from config.demo_data.lending import Draft, Lender, ProductPlan, draft_loan
from config.demo_data.player import Player
from config.demo_data.staff import CHINESE_FIELD_TEAM, CHINESE_TEAMS, Staff
from config.demo_data.stories import OWN_BOOKS, STORIES, cast
from core import clock
from core.audit import SYSTEM
from core.calendars import load as load_calendar
from core.calendars.models import HolidayCalendar
from loans.contracts.models import Loan
from loans.contracts.services import set_payment_instruction
from loans.contracts.terms import Method, Shift
from loans.portfolios.models import Ledger, Portfolio
from loans.portfolios.schemes import CHINA_M
from loans.portfolios.services import (
    PortfolioSettings,
    create_portfolio,
    create_product,
    ensure_standard_scheme,
    grant_portfolio,
)

CODE: Final = "cn-auto"
ZONE: Final = "Asia/Shanghai"
METHODS: Final = ("银行代扣", "银行代扣", "银行代扣", "微信支付", "支付宝", "银行转账")
PRODUCTS: Final = (
    ProductPlan(
        code="used-annuity",
        name="二手车等额本息",
        share=50,
        is_new_car=False,
        periods=(24, 36, 36),
        rates=("0.1080", "0.1680"),
        financed=(50, 75),
    ),
    ProductPlan(
        code="new-equal-principal",
        name="新车等额本金",
        share=35,
        is_new_car=True,
        periods=(36, 36, 48, 60),
        rates=("0.0480", "0.0780"),
        financed=(60, 80),
        method=Method.EQUAL_PRINCIPAL,
    ),
    ProductPlan(
        code="new-balloon",
        name="新车尾款贷",
        share=15,
        is_new_car=True,
        periods=(24, 36),
        rates=("0.0580", "0.0880"),
        financed=(60, 75),
        balloon_percent=35,
        shift=Shift.FOLLOWING,
    ),
)
_BANK_ACCOUNT: Final = (
    "户名：南粤汽车金融有限公司\n开户行：示范银行深圳分行\n账号：9901 0000 1234 567"
)
_RELATIONS: Final = ("配偶", "父亲", "母亲", "兄弟", "姐妹", "朋友", "同事")
_OTHERS: Final = (("co_borrower", "B", 8), ("guarantor", "G", 12), ("reference", "R", 15))


def load(*, staff: Staff, seed: int, loans: int, days: int, say: Say) -> Portfolio:
    """Makes the portfolio with its loans and lets the last days pass; returns it."""
    today = clock.local_today(ZONE)
    rng = Random(f"{seed}/{CODE}")
    portfolio = _create(staff, today - dt.timedelta(days=days))
    drafts = _draft(loans, today, rng)
    households = _households(drafts, today, rng)
    parties = register(portfolio=portfolio, homes=households)
    ids = open_drafts(
        portfolio=portfolio,
        drafts=drafts,
        homes=households,
        parties=parties,
        plate=lambda draft, home: chinese_plate(
            rng=rng, city=home.plate_city, is_electric=draft.car.is_electric
        ),
        insurers=people.INSURERS,
        states_schedule=False,
        rng=rng,
    )
    _give_own_codes(portfolio, ids)
    say(f"{CODE}: {len(ids):,} loans opened, {len(parties):,} people registered")
    player = Player(
        portfolio=portfolio,
        events={draft.contract_no: draft.book.events for draft in drafts},
        by=SYSTEM,
        approver=staff.actor("chen.wei"),
    )
    player.play(through=portfolio.business_date, ids=ids)
    player.refresh(ids.values())
    say(f"{CODE}: {sum(player.counts.values()):,} repayments and other entries booked")
    pass_days(portfolio=portfolio, player=player, ids=ids, today=today, say=say)
    return player.portfolio


def _create(staff: Staff, business_date: dt.date) -> Portfolio:
    portfolio = create_portfolio(
        code=CODE,
        name="南粤汽车金融（示范）",
        ledger=Ledger.MAKEGOOD,
        currency="CNY",
        country="CN",
        time_zone=ZONE,
        business_date=business_date,
        bucket_scheme=ensure_standard_scheme(scheme=CHINA_M, by=SYSTEM),
        by=SYSTEM,
        language="zh-hans",
        settings=PortfolioSettings(
            holiday_calendar=HolidayCalendar.objects.get(code="CN"),
            rule_packs=("CN",),
            contacts_known_from=business_date - dt.timedelta(days=30),
        ),
    )
    for plan in PRODUCTS:
        create_product(
            portfolio=portfolio,
            code=plan.code,
            name=plan.name,
            by=SYSTEM,
            conventions=dict(plan.conventions),
        )
    for team in (*CHINESE_TEAMS, CHINESE_FIELD_TEAM):
        grant_portfolio(portfolio=portfolio, team=staff.teams[team], by=SYSTEM)
    for address in ("maria", "noor"):
        grant_portfolio(portfolio=portfolio, user=staff.users[address], by=SYSTEM)
    for kind, label, text, label_zh, text_zh in (
        (
            "bank",
            "Bank transfer",
            "Nanyue Auto Finance Co., Ltd.\nExample Bank, Shenzhen branch\n"
            "Account 9901 0000 1234 567\nReference {reference}",
            "对公账户",
            "户名：南粤汽车金融有限公司\n开户行：示范银行深圳分行\n"
            "账号：9901 0000 1234 567\n附言：{reference}",
        ),
        ("wechat", "WeChat Pay", "https://pay.makegood.example/wechat/cn-auto", "微信支付", ""),
        ("alipay", "Alipay", "https://pay.makegood.example/alipay/cn-auto", "支付宝", ""),
    ):
        set_payment_instruction(
            portfolio=portfolio,
            kind=kind,
            label=label,
            text=text,
            label_zh=label_zh,
            text_zh=text_zh,
            by=SYSTEM,
        )
    return portfolio


def _draft(loans: int, today: dt.date, rng: Random) -> list[Draft]:
    lender = Lender(
        products=PRODUCTS,
        cars=people.CARS,
        methods=METHODS,
        is_chinese=True,
        today=today,
        calendar=load_calendar("CN"),
        number=lambda started_on, at: f"NY{started_on:%y%m}{at:05d}",
        money_step=1000,
    )
    stories = cast(stories=STORIES + OWN_BOOKS, loans=loans)
    return [
        draft_loan(lender=lender, story=story, at=at, rng=rng)
        for at, story in enumerate(stories, start=1)
    ]


def _households(drafts: list[Draft], today: dt.date, rng: Random) -> list[Household]:
    """One household per loan; a few people have a second loan, some numbers are dead."""
    homes: list[Household] = []
    for at in range(len(drafts)):
        if at > 20 and rng.random() < 0.03:
            homes.append(homes[rng.randrange(len(homes))])
            continue
        place = rng.choice(people.PLACES)
        number = f"C{at + 1:06d}"
        make = partial(people.person, rng=rng, place=place, today=today)
        is_rare = at % 600 < len(people.RARE_NAMES)
        name = people.RARE_NAMES[at % 600] if is_rare else ""
        borrower = make(customer_no=number, name=name)
        if at % 20 == 7:
            borrower = with_dead_number(row=borrower, today=today, rng=rng)
        others = others_of(
            person=make,
            customer_no=number,
            wanted=_OTHERS,
            relations=_RELATIONS,
            rng=rng,
        )
        homes.append(Household(borrower, place.province, place.plate, others))
    return homes


def _give_own_codes(portfolio: Portfolio, ids: dict[str, UUID]) -> None:
    """A few loans have a payment link of their own."""
    for contract_no in sorted(ids)[:3]:
        set_payment_instruction(
            portfolio=portfolio,
            loan=Loan.objects.get(pk=ids[contract_no]),
            kind="wechat",
            label="本合同专用收款码",
            text=f"https://pay.makegood.example/wechat/{contract_no}",
            by=SYSTEM,
        )
