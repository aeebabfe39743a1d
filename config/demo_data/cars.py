"""What a car of the demonstration is: its maker, its model, its VIN prefix and its price."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from config.demo_data import identities
from loans.contracts.rows import VehicleRow


@dataclass(frozen=True, slots=True)
class CarModel:
    """A model; its price when new in thousands of the currency."""

    make: str
    model: str
    maker: str
    thousands: int
    is_electric: bool = False


def price_of(*, car: CarModel, rng: Random, age_years: int) -> Decimal:
    """Returns what a car of an age costs, to the hundred: a fifth less each year."""
    price = Decimal(car.thousands * 1000) * Decimal(rng.randrange(92, 109)) / 100
    return (price * Decimal("0.82") ** age_years / 100).quantize(Decimal(1)) * 100


def vehicle_row(
    *,
    rng: Random,
    car: CarModel,
    age_years: int,
    price: Decimal,
    sold_on: dt.date,
    plate: str,
    insurer: str,
) -> VehicleRow:
    """Returns the car of a loan; some have a GPS device, some an insurance that has run out."""
    model_year = sold_on.year - age_years
    insured = rng.random() < 0.93
    return VehicleRow(
        vin=identities.vin(rng=rng, maker=car.maker, model_year=model_year),
        plate=plate,
        make=car.make,
        model=car.model,
        model_year=model_year,
        condition="used" if age_years else "new",
        value_amount=price,
        valued_on=sold_on,
        insurer=insurer if insured else "",
        insured_until=sold_on + dt.timedelta(days=365 * rng.choice((1, 1, 2))) if insured else None,
        gps_device=f"G{rng.randrange(10**7):07d}" if rng.random() < 0.45 else "",
    )
