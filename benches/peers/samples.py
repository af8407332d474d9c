"""Writes a file of samples of model M in the form of `fundgap simulate --samples`, without its outputs.

    python3 samples.py model_m.toml 2000 > samples.csv

Every second run is hard to round: rates in hundredths of a per cent and deliveries in halves, so that many
products end on an exact half penny. Standard library only.
"""

import random
import sys

import plan as plans


def main():
    path, runs = sys.argv[1], int(sys.argv[2])
    plan = plans.read(path)
    rnd = random.Random(1)
    print(",".join(["run", *(u.address for u in plan.uncertain)]))
    for run in range(1, runs + 1):
        row = [str(run)]
        for u in plan.uncertain:
            value = rnd.triangular(float(u.low), float(u.high), float(u.likely))
            places = 6 if run % 2 else 4 if "@" in u.address else 2
            row.append(f"{value:.{places}f}")
        print(",".join(row))


main()
