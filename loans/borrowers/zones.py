"""Which time zones a place may be in, from country and region alone.

A region with two zones keeps both: who may only be called from eight to nine at night is called
when that holds in every zone they may be in (12 CFR 1006.6(b)(1) and its comment on conflicting
locations). An empty answer means not known, never "the lender's own zone".

US zones: 49 CFR part 71, by state, with the split states' minority zone kept. China has one legal
time; Xinjiang also lives by a clock two hours behind it, so both are kept there.
"""

from __future__ import annotations

import re
from typing import Final

_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"
_BOISE, _PHOENIX = "America/Boise", "America/Phoenix"

US_STATE_ZONES: Final[dict[str, tuple[str, ...]]] = {
    "AL": (_CENTRAL,),
    "AK": ("America/Anchorage", "America/Adak"),
    "AZ": (_PHOENIX, _MOUNTAIN),  # the Navajo Nation changes its clocks, the rest does not
    "AR": (_CENTRAL,),
    "CA": (_PACIFIC,),
    "CO": (_MOUNTAIN,),
    "CT": (_EASTERN,),
    "DE": (_EASTERN,),
    "DC": (_EASTERN,),
    "FL": (_EASTERN, _CENTRAL),
    "GA": (_EASTERN,),
    "HI": ("Pacific/Honolulu",),
    "ID": (_BOISE, _PACIFIC),
    "IL": (_CENTRAL,),
    "IN": ("America/Indiana/Indianapolis", _CENTRAL),
    "IA": (_CENTRAL,),
    "KS": (_CENTRAL, _MOUNTAIN),
    "KY": (_EASTERN, _CENTRAL),
    "LA": (_CENTRAL,),
    "ME": (_EASTERN,),
    "MD": (_EASTERN,),
    "MA": (_EASTERN,),
    "MI": ("America/Detroit", "America/Menominee"),
    "MN": (_CENTRAL,),
    "MS": (_CENTRAL,),
    "MO": (_CENTRAL,),
    "MT": (_MOUNTAIN,),
    "NE": (_CENTRAL, _MOUNTAIN),
    "NV": (_PACIFIC, _MOUNTAIN),
    "NH": (_EASTERN,),
    "NJ": (_EASTERN,),
    "NM": (_MOUNTAIN,),
    "NY": (_EASTERN,),
    "NC": (_EASTERN,),
    "ND": (_CENTRAL, _MOUNTAIN),
    "OH": (_EASTERN,),
    "OK": (_CENTRAL,),
    "OR": (_PACIFIC, _BOISE),
    "PA": (_EASTERN,),
    "RI": (_EASTERN,),
    "SC": (_EASTERN,),
    "SD": (_CENTRAL, _MOUNTAIN),
    "TN": (_CENTRAL, _EASTERN),
    "TX": (_CENTRAL, _MOUNTAIN),
    "UT": (_MOUNTAIN,),
    "VT": (_EASTERN,),
    "VA": (_EASTERN,),
    "WA": (_PACIFIC,),
    "WV": (_EASTERN,),
    "WI": (_CENTRAL,),
    "WY": (_MOUNTAIN,),
    "AS": ("Pacific/Pago_Pago",),
    "GU": ("Pacific/Guam",),
    "MP": ("Pacific/Saipan",),
    "PR": ("America/Puerto_Rico",),
    "VI": ("America/St_Thomas",),
}

US_STATE_NAMES: Final[dict[str, str]] = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA",
    "colorado": "CO", "connecticut": "CT", "delaware": "DE", "district of columbia": "DC",
    "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL",
    "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
    "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM", "new york": "NY",
    "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
    "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD",
    "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "american samoa": "AS", "guam": "GU", "northern mariana islands": "MP", "puerto rico": "PR",
    "virgin islands": "VI",
}  # fmt: skip

_CHINA, _XINJIANG = ("Asia/Shanghai",), ("Asia/Shanghai", "Asia/Urumqi")
_XINJIANG_NAMES = re.compile(r"^(新疆|xinjiang|xj$|cn-xj$|65)", re.IGNORECASE)

#: Countries that have one zone for everybody.
ONE_ZONE: Final[dict[str, str]] = {
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "HK": "Asia/Hong_Kong",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "MO": "Asia/Macau",
    "MY": "Asia/Kuala_Lumpur",
    "NL": "Europe/Amsterdam",
    "PH": "Asia/Manila",
    "PL": "Europe/Warsaw",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TW": "Asia/Taipei",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}


def normalise_region(*, country: str, region: str) -> str:
    """Returns the region as stored: US states as their two letters, others as written."""
    text = " ".join(region.split())
    if country != "US":
        return text
    bare = text.upper().removeprefix("US-")
    return bare if bare in US_STATE_ZONES else US_STATE_NAMES.get(text.lower(), text)


def zones_of_place(*, country: str, region: str) -> tuple[str, ...]:
    """Returns every zone the place may be in, or nothing where that is not known."""
    if country == "US":
        return US_STATE_ZONES.get(normalise_region(country=country, region=region), ())
    if country == "CN":
        if not region:
            return _XINJIANG  # some province, which may be that one
        return _XINJIANG if _XINJIANG_NAMES.match(region) else _CHINA
    zone = ONE_ZONE.get(country)
    return (zone,) if zone else ()
