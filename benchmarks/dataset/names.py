"""A pool of names with what is stored beside each, worked out once for each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

from loans.borrowers.names import bigrams, sort_key

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰志海晨雪梅琳"
_FIRST = ("James", "Mary", "Robert", "Linda", "John", "Maria", "David", "Susan", "Carlos", "Karen")
_LAST = ("Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Lopez", "Nguyen", "Lee", "Hall")


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its pairs of letters as an array literal, and the key it is listed by."""

    text: str
    bigrams: str
    sort_key: str


_TWO = [surname + given for surname, given in itertools.product(_SURNAMES, _GIVEN)]
_THREE = [two + given for two, given in itertools.product(_TWO, _GIVEN)]
_CHINESE = [*_TWO, *_THREE]
_AMERICAN = [f"{first} {last}" for first, last in itertools.product(_FIRST, _LAST)]


def chinese_name(number: int) -> Name:
    """Returns one of some 37,000 names of two or three characters."""
    return _name(_CHINESE[number % len(_CHINESE)])


def american_name(number: int) -> Name:
    """Returns one of 100 names of two words."""
    return _name(_AMERICAN[number % len(_AMERICAN)])


@cache
def _name(text: str) -> Name:
    return Name(text, "{" + ",".join(bigrams(text)) + "}", sort_key(text))
