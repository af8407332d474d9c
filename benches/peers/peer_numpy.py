"""Model M in numpy: float64 in pence, all runs of a chunk at once, as one would write it to be fast.

    python3 peer_numpy.py model_m.toml --runs 1000000
    python3 peer_numpy.py model_m.toml --samples samples.csv --dump numpy.csv

Only what depends on a draw is computed run by run. Every cell that fundgap's sheet rounds is rounded:
`--mode rint` (the default) takes halves to even, which is one instruction, `--mode away` takes them away
from nought as the sheet does. Draws are triangular, rounded to millionths. Prints one JSON object.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import mmap
import multiprocessing
import time

import numpy as np

import plan as plans


# So many rows are worked on at a time.
ROWS = 20


class Model:
    """The plan with all constants folded, and room for one chunk of runs."""

    def __init__(self, plan, chunk, mode):
        self.plan, self.chunk, self.mode = plan, chunk, mode
        self.years = len(plan.years)
        self.drawn_rates = self.years * len(plan.drivers)
        self.names = {name: k for k, name in enumerate(plan.drivers)}
        column = lambda values: np.array([float(v) for v in values])[:, None]

        # Rows that grow: lines, then funding. Rows that follow one driver stand together and are multiplied
        # by its row; the others take their factors from one product of matrices.
        lines = sorted(plan.lines, key=lambda line: (self.price_key(line.price), self.volume_key(line.volume)))
        grants = [f for f in plan.funding if f.growth is not None]
        grants.sort(key=lambda f: self.price_key(f.growth))
        taxes = [f for f in plan.funding if f.growth is None]
        self.lines, self.grants, self.taxes = len(lines), len(grants), taxes
        mixes = [line.price for line in lines] + [f.growth for f in grants]
        self.base = column([r.base for r in lines + grants + taxes])
        self.price = self.groups(mixes, self.price_key)
        volumes = [line.volume for line in lines]
        self.volume = [g for g in self.groups(volumes, self.volume_key) if volumes[g[0].start]]

        uncertain = plan.uncertain
        ends = [[float(e) * 1e6 for e in (u.low, u.likely, u.high)] for u in uncertain]
        low, likely, high = (np.array(v)[:, None] for v in zip(*ends))
        self.low, self.likely, self.above = low, likely, high - likely
        self.rise, self.fall = (high - low) * (likely - low), (high - low) * (high - likely)
        # Savings in the order in which they begin: those of a year are the first so many rows.
        self.planned = [column([a for s in plan.savings if (a := s.planned[y])]) for y in range(self.years)]
        self.costs = [float(c) for c in plan.costs]
        self.minimum = float(plan.minimum)

        rows = len(self.base)
        self.P, self.G = np.empty((rows, chunk)), np.empty((ROWS, chunk))
        self.D = np.empty((len(plan.savings), chunk))
        self.U, self.V = np.empty((len(uncertain), chunk)), np.empty((ROWS, chunk))
        self.blocks = [slice(i, min(i + ROWS, len(uncertain))) for i in range(0, len(uncertain), ROWS)]
        self.scratch = np.empty((rows, chunk)) if mode == "away" else None

    def price_key(self, mix):
        """What a row follows: a driver as it is, a part of one, or several."""
        one, weight = next(iter(mix.items()))
        if len(mix) > 1:
            return 2 * len(self.names)
        return self.names[one] if weight == 1 else len(self.names) + self.names[one]

    def volume_key(self, mix):
        return self.price_key(mix) if mix else -1

    def groups(self, mixes, key):
        """Neighbours that follow one driver, as (rows, its place, weights), or several, as (rows, none, matrix)."""
        found, start, drivers = [], 0, len(self.names)
        for i in range(1, len(mixes) + 1):
            alike = i < len(mixes) and key(mixes[i]) == key(mixes[start]) and (i < self.lines) == (start < self.lines)
            if alike and i - start < ROWS:
                continue
            rows, what = slice(start, i), key(mixes[start])
            weights = np.array([[float(mix.get(name, 0)) for name in self.names] for mix in mixes[start:i]])
            if what < drivers:
                found.append((rows, what, None))
            elif what < 2 * drivers:
                part = weights[:, [what - drivers]]
                found.append((rows, what - drivers, (part, 1.0 - part)))
            else:
                # Weights that make a whole: a blend of factors is the factor of the blend.
                assert np.allclose(weights.sum(axis=1), 1.0)
                found.append((rows, None, weights))
            start = i
        return found

    def round(self, x):
        """Rounds in place to whole numbers."""
        if self.mode == "rint":
            return np.rint(x, out=x)
        away = self.scratch[: len(x), : x.shape[1]] if x.ndim == 2 else self.scratch[0, : len(x)]
        np.abs(x, out=away)
        away += 0.5
        np.floor(away, out=away)
        return np.copysign(away, x, out=x)

    def draw(self, rng, n):
        """n draws of every uncertain figure as (figure, run); of a driver the factor, one plus its rate."""
        # The inverse of the distribution: low + √(u·rise) up to the likely value, high − √((1 − u)·fall) beyond
        # it. Each is cut off at the likely value and both are added, which is quicker than choosing one by a mask.
        # A few rows at a time, so that they stay in the processor's nearest memory from one step to the next.
        for rows in self.blocks:
            u, v = self.U[rows, :n], self.V[: rows.stop - rows.start, :n]
            if n == self.chunk:
                rng.random(out=u)
            else:
                u[...] = rng.random(u.shape)
            np.subtract(1.0, u, out=v)
            v *= self.fall[rows]
            np.sqrt(v, out=v)
            np.subtract(self.above[rows], v, out=v)
            np.maximum(v, 0.0, out=v)
            u *= self.rise[rows]
            np.sqrt(u, out=u)
            u += self.low[rows]
            np.minimum(u, self.likely[rows], out=u)
            u += v
            np.rint(u, out=u)
            u *= 1e-6
        self.U[: self.drawn_rates, :n] += 1.0
        return self.U[:, :n]

    def grow(self, groups, P, G, factors):
        for rows, one, weights in groups:
            p = P[rows]
            if weights is None:
                p *= factors[one]
            elif one is None:
                p *= np.matmul(weights, factors, out=G[: len(weights)])
            else:
                part, rest = weights
                g = np.multiply(part, factors[one], out=G[: len(part)])
                g += rest
                p *= g
            self.round(p)

    def run(self, x, still, closing, safe, nothing_else=None):
        """Works out the runs of x (figure, run): still to find and the closing reserve by year go into `still`
        and `closing`, whether the reserve holds its minimum into `safe`; `nothing_else` takes the rest."""
        n, years, drivers = x.shape[1], self.years, len(self.names)
        P, G, D = self.P[:, :n], self.G[:, :n], self.D[:, :n]
        by_year, delivery = x[: drivers * years].reshape(years, drivers, n), x[drivers * years :]
        P[...] = self.base
        available = other = float(self.plan.opening)
        first_tax = self.lines + self.grants
        for y in range(years):
            factors = by_year[y]
            self.grow(self.price, P, G, factors)
            self.grow(self.volume, P, G, factors)
            for i, tax in enumerate(self.taxes, first_tax):
                one, fixed = tax.compound_of
                factor = factors[self.names[one]] * ((1.0 + float(self.plan.certain[fixed][y])) * 1e9)
                self.round(factor)
                factor *= 1e-9
                P[i] *= factor
                self.round(P[i])
            funding = np.add.reduce(P[self.lines :], axis=0)
            gap = np.add.reduce(P[: self.lines], axis=0)
            gap += self.costs[y]
            gap -= funding
            planned = self.planned[y]
            d = np.multiply(delivery[: len(planned)], planned, out=D[: len(planned)])
            self.round(d)
            gap -= np.add.reduce(d, axis=0)
            funding *= self.minimum
            minimum = self.round(funding)
            # The planned use of the reserve, as far as the gap takes it; a surplus goes to the reserve.
            stated = float(self.plan.planned_use[y])
            use = np.maximum(gap, 0.0)
            if nothing_else is not None:
                used = np.minimum(np.minimum(use, stated), other)
                left = use - used
                other = other - used
                drawn = np.minimum(left, np.maximum(other - minimum, 0.0))
                left -= drawn
                other = other - drawn + np.maximum(-gap, 0.0)
                nothing_else[0][y], nothing_else[1][y] = np.where(gap < 0, gap, left), other
                nothing_else[2][y] = minimum
            np.minimum(use, stated, out=use)
            np.minimum(use, available, out=use)
            np.subtract(gap, use, out=still[y])
            np.minimum(gap, 0.0, out=gap)
            use += gap
            available = np.subtract(available, use, out=closing[y])
            np.greater_equal(available, minimum, out=safe[y])


_model = _still = _closing = None


def work(job):
    """Runs from one place to another, into the shared arrays; how many keep the minimum, by year."""
    seed, start, end = job
    rng = np.random.Generator(np.random.SFC64(seed))
    model = _model
    safe = np.empty((model.years, model.chunk), dtype=bool)
    kept = np.zeros(model.years, dtype=np.int64)
    for at in range(start, end, model.chunk):
        n = min(model.chunk, end - at)
        model.run(model.draw(rng, n), _still[:, at : at + n], _closing[:, at : at + n], safe[:, :n])
        kept += np.count_nonzero(safe[:, :n], axis=1)
    return kept


def summary(job):
    """P10, P50 and P90 in pounds of one year of one output, and the chance that nothing is left to find."""
    which, year = job
    values = (_still, _closing)[which][year]
    places = [-(-len(values) * tenths // 10) - 1 for tenths in (1, 5, 9)]
    chance = float(np.count_nonzero(values <= 0) / len(values))
    values.partition(places)  # in place: nobody reads the order of runs again
    return [float(values[p]) / 100 for p in places], chance


def simulate(plan, args):
    global _model, _still, _closing
    begun = time.perf_counter()
    _model = Model(plan, args.chunk, args.mode)
    years, n = len(plan.years), args.runs
    # Results in memory that forked processes share.
    shared = lambda: np.frombuffer(mmap.mmap(-1, years * n * 8)).reshape(years, n)
    _still, _closing = shared(), shared()
    cut = [n * i // args.procs for i in range(args.procs + 1)]
    seeds = np.random.SeedSequence(args.seed).spawn(args.procs)
    jobs = list(zip(seeds, cut, cut[1:]))
    asked = [(which, year) for which in (0, 1) for year in range(years)]
    if args.procs == 1:
        kept = work(jobs[0])
        simulated = time.perf_counter()
        told = list(map(summary, asked))
    else:
        with multiprocessing.get_context("fork").Pool(args.procs) as pool:
            kept = sum(pool.map(work, jobs, chunksize=1))
            simulated = time.perf_counter()
            told = pool.map(summary, asked, chunksize=1)
    seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "program": "numpy",
                "runs": n,
                "seconds": round(seconds, 4),
                "seconds_without_percentiles": round(simulated - begun, 4),
                "runs_a_second": round(n / seconds),
                "years": plan.years,
                "still_to_find": [t[0] for t in told[:years]],
                "nothing_to_find": [t[1] for t in told[:years]],
                "closing_reserve": [t[0] for t in told[years:]],
                "minimum_kept": [int(k) / n for k in kept],
            }
        )
    )


def recompute(plan, args):
    runs, figures = plans.samples(args.samples, plan)
    x = np.ascontiguousarray(np.array(figures).T)
    model = Model(plan, x.shape[1], args.mode)
    x[: model.drawn_rates] += 1.0
    still, closing, gap, other, minimum = (np.empty((model.years, x.shape[1])) for _ in range(5))
    model.run(x, still, closing, np.empty(still.shape, dtype=bool), (gap, other, minimum))
    columns = np.concatenate([still, gap, closing, other, minimum]).T
    with open(args.dump, "w", encoding="utf-8") as file:
        print(",".join(["run", *plans.output_names(plan.years)]), file=file)
        for run, row in zip(runs, columns):
            print(",".join([run, *map(plans.pounds, row)]), file=file)


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("scenario")
    asked.add_argument("--runs", type=int, default=1_000_000)
    asked.add_argument("--procs", type=int, default=1)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--chunk", type=int, default=2048)
    asked.add_argument("--mode", choices=["rint", "away"], default="rint")
    asked.add_argument("--samples")
    asked.add_argument("--dump")
    args = asked.parse_args()
    plan = plans.read(args.scenario)
    recompute(plan, args) if args.samples else simulate(plan, args)


if __name__ == "__main__":
    main()
