"""Reads model M for the programs of this folder: the keys that model_m.py writes, and no others.

Money is in pence and everything is a whole number or an exact fraction, so that whoever uses it decides
when it becomes a float.
"""

import csv
import tomllib
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Uncertain:
    """A figure that is drawn: what a file of samples calls it, and the ends and the top of its triangle."""

    address: str
    low: Fraction
    likely: Fraction
    high: Fraction


@dataclass
class Line:
    base: int  # pence; negative for income
    price: dict[str, Fraction]  # weights of drivers
    volume: dict[str, Fraction]


@dataclass
class Funding:
    base: int
    growth: dict[str, Fraction] | None  # none: the compound of `compound_of`
    compound_of: tuple[str, str] | None = None


@dataclass
class Saving:
    name: str
    planned: list[Fraction]  # pence in each year if all of it is delivered, late as in the risk-adjusted run


@dataclass
class Plan:
    years: list[str]
    drivers: list[str] = field(default_factory=list)
    uncertain: list[Uncertain] = field(default_factory=list)
    certain: dict[str, list[Fraction]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    funding: list[Funding] = field(default_factory=list)
    savings: list[Saving] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)  # pence, all savings together
    opening: int = 0
    planned_use: list[int] = field(default_factory=list)
    minimum: Fraction = Fraction(0)


def rate(text):
    """A rate as written, `"2.80%"`."""
    return Fraction(text.removesuffix("%")) / 100


def half_away(x):
    """Rounded to a whole number, halves away from nought."""
    whole = (abs(x) * 2 + 1) // 2
    return int(-whole if x < 0 else whole)


def by_year(value, years, read):
    """One value for all years, or a table of them."""
    return [read(value[y]) for y in years] if isinstance(value, dict) else [read(value)] * len(years)


def months_in_effect(start, ramp, late, years):
    """The months of full effect in each year of a saving that starts then and grows along its ramp."""
    year, month = map(int, start.split("-"))
    begins = (year - int(years[0][:4])) * 12 + month - 4 + late

    def so_far(t):
        passed = max(12 * t - begins, 0)
        climbing = min(passed, ramp)
        # The sheet holds months to nine decimals.
        climbed = Fraction(half_away(Fraction(climbing * climbing, 2 * ramp) * 10**9), 10**9) if ramp else 0
        return climbed + max(passed - ramp, 0)

    return [so_far(t) - so_far(t - 1) for t in range(1, len(years) + 1)]


def read(path):
    with open(path, "rb") as file:
        text = tomllib.load(file)
    first, count = int(text["scenario"]["base_year"][:4]) + 1, text["scenario"]["years"]
    years = [f"{y}/{(y + 1) % 100:02}" for y in range(first, first + count)]
    plan = Plan(years)
    mixes, compounds, drawn = {}, {}, []
    for name, value in text["driver"].items():
        if isinstance(value, dict) and "blend" in value:
            mixes[name] = {k: rate(w) for k, w in value["blend"].items()}
        elif isinstance(value, dict) and "compound" in value:
            compounds[name] = tuple(value["compound"])
        elif isinstance(value, dict) and "low" in value:
            plan.drivers.append(name)
            mixes[name] = {name: Fraction(1)}
            ends = [by_year(value[k], years, rate) for k in ("low", "likely", "high")]
            drawn.append([Uncertain(f"driver.{name}@{y}", *e) for y, e in zip(years, zip(*ends))])
        else:
            plan.certain[name] = by_year(value, years, rate)
    # Year by year, so that the drivers of a year are neighbours.
    plan.uncertain = [figure for year in zip(*drawn) for figure in year]
    pence = lambda thousands: round(thousands * 100_000)
    for line in text["line"].values():
        sign = -1 if line.get("kind") == "income" else 1
        volume = mixes[line["volume"]] if "volume" in line else {}
        plan.lines.append(Line(sign * pence(line["base"]), mixes[line["price"]], volume))
    for source in text["funding"].values():
        growth = source["growth"]
        plan.funding.append(Funding(pence(source["base"]), mixes.get(growth), compounds.get(growth)))
    costs, deliveries = [0] * count, {}
    for name, saving in text["saving"].items():
        if "amount" in saving:
            planned = by_year(saving["amount"], years, lambda v: Fraction(pence(v)))
        else:
            months = months_in_effect(saving["start"], saving.get("ramp", 0), saving.get("slippage", 0), years)
            planned = [pence(saving["full_year"]) * m / 12 for m in months]
        plan.savings.append(Saving(name, planned))
        share = saving["delivery"]
        ends = [rate(share[k]) for k in ("low", "likely", "high")]
        deliveries[name] = Uncertain(f"saving.{name}.delivery", *ends)
        if "cost_to_achieve" in saving:
            costs = [a + b for a, b in zip(costs, by_year(saving["cost_to_achieve"]["amount"], years, pence))]
    # Those that begin first stand first, so that the savings of a year are neighbours.
    plan.savings.sort(key=lambda s: next(y for y, amount in enumerate(s.planned) if amount))
    plan.uncertain += [deliveries[s.name] for s in plan.savings]
    plan.costs = costs
    reserve = text["reserve"]["general"]
    plan.opening, plan.minimum = pence(reserve["opening"]), rate(reserve["minimum"]["share"])
    plan.planned_use = by_year(reserve["planned_use"], years, pence)
    return plan


OUTPUTS = [
    "gap_after_planned_reserves",
    "gap_after_reserves",
    "reserve/general/closing",
    "reserve/general/closing_if_nothing_else",
    "reserve/general/minimum",
]


def output_names(years):
    return [f"county/{measure}@{year}" for measure in OUTPUTS for year in years]


def usual(heading):
    """One spelling of a heading: years as in the scenario, `2026/27`."""
    name, at, year = heading.partition("@")
    return name + at + year.replace("-", "/")


def samples(path, plan):
    """The runs and the figures of a file of samples, one list a run in the order of `plan.uncertain`."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        at = {usual(heading): i for i, heading in enumerate(next(rows))}
        order = [at[u.address] for u in plan.uncertain]
        runs, figures = [], []
        for row in rows:
            runs.append(row[at["run"]])
            figures.append([float(row[i]) for i in order])
    return runs, figures


def pounds(pence):
    """Whole pence as pounds: -123 is -1.23."""
    pence = int(pence)
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02}"
