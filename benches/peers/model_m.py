"""Writes model_m.toml: model M, a medium-term plan made up for measuring, as a fundgap scenario.

    python3 model_m.py > model_m.toml
    python3 model_m.py --times 10 > /tmp/model_m_x10.toml

Five years, 60 budget lines priced by blends of drivers, 30 savings whose delivery is uncertain, council
tax, 12 other sources of funding and a general reserve: 55 uncertain figures. Seeded, so that the same call
writes the same bytes; standard library only. Every figure is invented.
"""

import argparse
import math
import random

SEED = 20260101

YEARS = ["2026/27", "2027/28", "2028/29", "2029/30", "2030/31"]

# Driver: low, likely and high of the first year, in hundredths of a per cent.
DRIVERS = {
    "pay": (200, 300, 450),
    "cpi": (150, 210, 380),
    "nlw": (250, 410, 650),
    "demography": (50, 150, 280),
    "tax_base": (30, 90, 160),
}

# Service, lines in it, what an average line of it costs in £000, and the part of its lines that people's needs move.
SERVICES = [
    ("Adult social care", 14, 17_000, 0.8),
    ("Children's services", 12, 11_000, 0.7),
    ("Highways and transport", 9, 5_500, 0.1),
    ("Waste and environment", 6, 6_500, 0.5),
    ("Public protection and communities", 7, 2_500, 0.2),
    ("Corporate services", 12, 3_500, 0.0),
]

GRANTS = [
    # name, kind, growth (a driver, the part of cpi in thousandths, or a rate of its own), weight of its size
    ("business_rates", "business_rates", "cpi", 5.0),
    ("top_up", "business_rates", "cpi", 6.0),
    ("revenue_support", "grant", "cpi", 3.0),
    ("social_care", "grant", 750, 6.0),
    ("better_care", "grant", 500, 3.5),
    ("market_sustainability", "grant", 875, 1.5),
    ("childrens_prevention", "grant", 625, 0.8),
    ("public_health", "grant", "cpi", 3.5),
    ("homes", "grant", "tax_base", 0.3),
    ("highways", "grant", 375, 0.6),
    ("other_grants", "other", "cpi", 1.2),
    ("services_grant", "grant", 250, 0.4),
]


def per_cent(hundredths):
    """A rate in hundredths of a per cent as text: 305 is 3.05%."""
    return f'"{hundredths / 100:.2f}%"'


def thousandths(part):
    """A share in thousandths as text: 625 is 62.5%."""
    return f'"{part / 10:.1f}%"'


def by_year(texts):
    return "{ " + ", ".join(f'"{year}" = {text}' for year, text in zip(YEARS, texts)) + " }"


def drivers(rnd, ranges_by_year):
    """The five drivers, each year with a range of its own that widens."""
    out = ["", "# Uncertain, each year by itself."]
    for name, (low, likely, high) in DRIVERS.items():
        lows, likelies, highs = [], [], []
        for year in range(len(YEARS)):
            middle = likely + rnd.randrange(-20, 21, 5)
            wider = 1 + 0.1 * year
            lows.append(max(0, int(middle - (likely - low) * wider)))
            likelies.append(middle)
            highs.append(int(middle + (high - likely) * wider))
        out += [f"[driver.{name}]", f"likely = {by_year(map(per_cent, likelies))}"]
        if ranges_by_year:
            out += [f"low    = {by_year(map(per_cent, lows))}", f"high   = {by_year(map(per_cent, highs))}", ""]
        else:
            out += [f"low    = {per_cent(min(lows))}", f"high   = {per_cent(max(highs))}", ""]
    return out[:-1]


def blend(rnd):
    """What one line's price is made of: a driver by itself, or weights in thousandths that make a whole."""
    kind = rnd.randrange(6)
    if kind == 0:
        return "pay"
    if kind == 1:
        return "cpi"
    first = rnd.randrange(200, 900, 5)
    if kind in (2, 3):
        return {"pay": first, "cpi": 1000 - first}
    if kind == 4:
        return {"nlw": first, "cpi": 1000 - first}
    second = rnd.randrange(0, 1000 - first, 5) or 5
    third = 1000 - first - second
    return {k: v for k, v in (("pay", first), ("nlw", second), ("cpi", third)) if v}


def size(rnd, average, times):
    """The size of a line in £000: most are smaller than the average, and a few are much larger."""
    return max(500 // times, min(90_000, round(average / times * math.exp(rnd.gauss(-0.3, 0.8)))))


def model(times, ranges_by_year, seed):
    rnd = random.Random(seed)
    driver_lines = drivers(rnd, ranges_by_year)
    mixes, lines, names, bases = [], [], [], []
    signed_total = 0

    for service, count, average, needs in SERVICES:
        short = service.split()[0].lower().replace("'", "")
        for i in range(count * times):
            name = f"{short}_{i + 1:02}"
            income = i % 7 == 6
            base = size(rnd, average * (0.5 if income else 1), times)
            price = "cpi" if income else blend(rnd)
            lines.append(f"\n[line.{name}]")
            lines.append(f'service = "{service}"')
            if "social" in service or "Child" in service:
                lines.append('sector  = "social_care"')
            if income:
                lines.append('kind    = "income"')
            lines.append(f"base    = {base}")
            if isinstance(price, dict):
                weights = ", ".join(f"{k} = {thousandths(v)}" for k, v in price.items())
                mixes.append(f"price_{name} = {{ blend = {{ {weights} }} }}")
                price = f"price_{name}"
            lines.append(f'price   = "{price}"')
            if not income and rnd.random() < needs:
                volume = "demography"
                if rnd.random() < 0.5:
                    volume = f"volume_{name}"
                    part = rnd.randrange(200, 1000, 25)
                    mixes.append(f"{volume} = {{ blend = {{ demography = {thousandths(part)} }}, partial = true }}")
                lines.append(f'volume  = "{volume}"')
            signed_total += -base if income else base
            if not income:
                names.append(name)
                bases.append(base)

    # Council tax pays three fifths of the base year, the sources below the rest.
    tax = round(signed_total * 0.6)
    rest = signed_total - tax
    funding = ["\n[funding.council_tax]", 'kind   = "council_tax"', f"base   = {tax}", 'growth = "council_tax"']
    weights = sum(weight for *_, weight in GRANTS)
    for n in range(times):
        for name, kind, growth, weight in GRANTS:
            name = name if times == 1 else f"{name}_{n + 1:02}"
            funding.append(f"\n[funding.{name}]")
            funding.append(f'kind   = "{kind}"')
            funding.append(f"base   = {round(rest / times * weight / weights)}")
            if isinstance(growth, int):
                mixes.append(f"growth_{name} = {{ blend = {{ cpi = {thousandths(growth)} }}, partial = true }}")
                growth = f"growth_{name}"
            funding.append(f'growth = "{growth}"')
            if kind in ("grant", "other"):
                funding.append("recurrent = true")

    savings = []
    statuses = ["green", "amber", "red"]
    for s in range(30 * times):
        line = rnd.choices(range(len(names)), bases)[0]
        value = max(50 // min(times, 10), round(850 / times * math.exp(rnd.gauss(-0.2, 0.7)) / 5) * 5)
        savings.append(f"\n[saving.s{s + 1:02}]")
        savings.append(f'line = "{names[line]}"')
        first = rnd.randrange(0, 4)
        if s % 3 == 2:
            # A schedule as printed: a part of it in its first years, then all of it.
            done, amounts = 0, []
            for year in range(len(YEARS)):
                if year >= first and done < 1000:
                    done = min(1000, done + rnd.choice([250, 333, 400, 500, 1000]))
                amounts.append(round(value * done / 1000))
            savings.append(f"amount = {by_year(amounts)}")
            savings.append('values = "in_year"')
        else:
            month = rnd.choice([4, 4, 6, 7, 9, 10, 1])
            year = 2026 + first + (1 if month == 1 else 0)
            savings.append(f"full_year = {value}")
            savings.append(f'start = "{year}-{month:02}"')
            ramp = rnd.choice([0, 0, 6, 12, 18])
            if ramp:
                savings.append(f"ramp = {ramp}")
            late = rnd.choice([0, 0, 1, 2, 3, 4])
            if late:
                savings.append(f"slippage = {late}")
        savings.append("recurrent = true")
        savings.append(f'status = "{statuses[s % 3]}"')
        likely = rnd.randrange(70, 95)
        low, high = likely - rnd.randrange(20, 51), min(100, likely + rnd.randrange(4, 16))
        savings.append(f'delivery = {{ likely = "{likely}%", low = "{low}%", high = "{high}%" }}')
        cost = [0] * len(YEARS)
        cost[first] = round(value * rnd.choice([0, 5, 10, 15]) / 100)
        cost[first + 1] = round(value * rnd.choice([0, 3, 8]) / 100)
        if any(cost):
            savings.append(f'cost_to_achieve = {{ amount = {by_year(cost)}, paid_by = "revenue" }}')

    out = [
        "# Model M: a medium-term plan made up to measure how fast the chances of a plan are found.",
        "# Written by model_m.py; every figure is invented.",
        *([f"# {line}" for line in COUNTS] if times == 1 and seed == SEED else []),
        "",
        "[scenario]",
        'title      = "Model M: a county made up for measuring"',
        'base_year  = "2025/26"',
        "years      = 5",
        'unit       = "£000"',
        'stage      = "draft"',
        'source     = "invented for measuring"',
        "",
        "[organisation.county]",
        'title        = "County"',
        'kind         = "council"',
        'council_type = "county"',
        'surplus_to   = "general"',
        "",
        "[driver]",
        "# Council tax grows with the tax base, after collection, and with Band D.",
        'band_d = "2.99%"',
        'council_tax = { compound = ["tax_base", "band_d"] }',
        "",
        "# What the prices and the volumes of lines and the growth of grants are made of.",
        *mixes,
        *driver_lines,
        *lines,
        *funding,
        *savings,
        "\n[reserve.general]",
        'kind        = "general"',
        f"opening     = {round(signed_total * 0.08)}",
        f"planned_use = {by_year([round(signed_total * p / 1000) for p in (8, 8, 6, 4, 0)])}",
        'minimum     = { share = "5%", of = "net_budget" }',
    ]
    if ranges_by_year:
        out += ["", "[correlation.savings]             # each delivery by itself"]
        out += ['of       = ["saving.*.delivery"]', 'strength = "0%"']
    return "\n".join(out) + "\n"


# What was counted in the sheet of the scenario with the default seed.
COUNTS = [
    "55 uncertain figures: five drivers in five years, and the delivery of 30 savings. Of the 4,996 cells of its sheet",
    "1,886 depend on them and are needed for what is still to find and for the reserve, with and without a draw on it;",
    "585 of those are products rounded to the penny (five of them to nine decimals), 235 are weighted sums of rates.",
]


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--times", type=int, default=1, help="so many times the lines, grants and savings")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument(
        "--ranges-by-year",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="each year of a driver with a range of its own (default); without it one range for all years and no correlation",
    )
    given = asked.parse_args()
    print(model(given.times, given.ranges_by_year, given.seed), end="")


if __name__ == "__main__":
    main()
