"""Runs fundgap, numpy and exact decimals on model M side by side, in turn, and prints a table of ratios.

    python3 compare.py                        # a million runs, five rounds, one and two threads
    python3 compare.py --check                # do all three come to the same pennies?
    python3 compare.py --times 10 --runs 100000

What is compared is run in turn (A B C, A B C, …), so that all of it meets the same disturbance; figures are
medians, with the best of the whole process beside it. A program that is not there is named and left out. Standard library only; numpy is asked of the
Python given by `--python`. Linux (and other systems with wait4).
"""

import argparse
import csv
import io
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from decimal import Decimal
from pathlib import Path

import plan as plans

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAGS = ("sse2", "ssse3", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512vl", "asimd", "sve")
# A short run beside the long one tells what starting up costs, so that the rest is the runs' own.
SHORT = 1_000

Program = namedtuple("Program", "name command runs")
Measured = namedtuple("Measured", "wall processor mebibytes")


def measure(command):
    """One process from start to end, or none if it failed."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            return None, said.read().decode(errors="replace").strip()
    kibibytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Measured(wall, used.ru_utime + used.ru_stime, kibibytes / 1024), ""


def quiet(command):
    """What a command prints, or nothing if it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def machine():
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    name = re.search(r"^(?:model name|Model)\s*: (.*)$", text, re.M)
    flags = re.search(r"^(?:flags|Features)\s*: (.*)$", text, re.M)
    has = flags[1].split() if flags else []
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{name[1] if name else platform.processor() or platform.machine()}, {os.cpu_count()} processors seen; "
        f"{' '.join(f for f in FLAGS if f in has) or 'flags not known'}; load before: {load}"
    )


class Peers:
    """The programs: how each is started, and which of them are there."""

    def __init__(self, args):
        self.args, self.missing = args, []
        self.fundgap, self.decimal, self.python = args.fundgap, args.decimal, args.python
        version = quiet([self.fundgap, "--version"])
        numpy = quiet([self.python, "-c", "import numpy, platform; print(numpy.__version__, platform.python_version())"])
        self.has_fundgap, self.has_numpy = version is not None, numpy is not None
        self.has_simulate = self.has_fundgap and quiet([self.fundgap, "simulate", "--help"]) is not None
        self.has_decimal = os.access(self.decimal, os.X_OK)
        if not self.has_fundgap:
            self.missing.append(f"fundgap is not at {self.fundgap}: cargo build --release, or --fundgap FILE")
        elif not self.has_simulate:
            self.missing.append(f"{self.fundgap} has no `simulate`")
        if not self.has_numpy:
            self.missing.append(f"{self.python} has no numpy: --python FILE")
        if not self.has_decimal:
            self.missing.append(f"peer-decimal is not at {self.decimal}: cargo build --release in {HERE / 'decimal'}")
        self.versions = "; ".join(
            text
            for text in [
                version.strip() if version else "",
                "numpy {} on Python {}".format(*numpy.split()) if numpy else "",
                (quiet(["rustc", "--version"]) or "").strip(),
            ]
            if text
        )

    def simulate(self, scenario, threads, runs):
        return [self.fundgap, "simulate", scenario, "--runs", str(runs), "--seed", "1", "--threads", str(threads), "-q", "--format", "json"]

    def in_numpy(self, scenario, procs, runs, chunk):
        script = str(HERE / "peer_numpy.py")
        return [self.python, script, scenario, "--runs", str(runs), "--procs", str(procs), "--chunk", str(chunk)]

    def in_decimal(self, scenario, threads, runs):
        return [self.decimal, scenario, "--runs", str(runs), "--threads", str(threads)]

    def best_chunk(self, scenario):
        """The chunk with which numpy is fastest here, of three tries each."""
        runs = str(min(self.args.runs, 200_000))
        took = {}
        for _ in range(3):
            for chunk in self.args.chunks:
                got, _ = measure([self.python, str(HERE / "peer_numpy.py"), scenario, "--runs", runs, "--chunk", str(chunk)])
                if got:
                    took[chunk] = min(got.processor, took.get(chunk, got.processor))
        return min(took, key=took.get, default=self.args.chunks[0])


def compare(peers, scenario):
    args = peers.args
    print(f"- {machine()}")
    print(f"- {peers.versions}")
    chunk = peers.best_chunk(scenario) if peers.has_numpy else 0
    programs = {}
    for threads in args.threads:
        here = []
        if peers.has_simulate:
            here.append(("fundgap", args.runs, lambda n, t=threads: peers.simulate(scenario, t, n)))
        if peers.has_numpy:
            here.append((f"numpy, chunks of {chunk}", args.runs, lambda n, t=threads: peers.in_numpy(scenario, t, n, chunk)))
        if peers.has_decimal:
            here.append(("decimal", min(args.runs, args.decimal_runs), lambda n, t=threads: peers.in_decimal(scenario, t, n)))
        programs.update({(name, threads): Program(name, command, runs) for name, runs, command in here})
    long, short = {key: [] for key in programs}, {key: [] for key in programs}
    for _ in range(args.rounds):
        for key, program in programs.items():
            for runs, into in ((program.runs, long), (min(SHORT, program.runs // 10), short)):
                got, why = measure(program.command(runs)) if into[key] is not None else (None, "")
                if got:
                    into[key].append(got)
                elif why:
                    print(f"- {program.name} failed: {why.splitlines()[0]}")
                    into[key] = None
    middle = lambda all, of: statistics.median(getattr(m, of) for m in all)
    told = {}
    for key, program in programs.items():
        if not long[key] or not short[key]:
            continue
        more = program.runs - min(SHORT, program.runs // 10)
        each = {of: (middle(long[key], of) - middle(short[key], of)) / more for of in ("wall", "processor")}
        whole = {of: middle(short[key], of) + each[of] * args.runs for of in each}
        best = min(m.wall for m in short[key])
        best += (min(m.wall for m in long[key]) - best) / more * args.runs
        told[key] = whole, each, max(m.mebibytes for m in long[key]), best
    print(f"- {args.runs:,} runs, {args.rounds} rounds in turn, medians; decimal from {min(args.runs, args.decimal_runs):,} runs")
    print()
    print("| program | threads | whole process, clock (best) | processor | a run, clock | processor | runs/s | most memory |")
    print("|---|---|---|---|---|---|---|---|")
    for (name, threads), (whole, each, mebibytes, best) in told.items():
        print(
            f"| {name} | {threads} | {whole['wall']:.3f} s ({best:.3f}) | {whole['processor']:.3f} s | {each['wall'] * 1e9:,.0f} ns "
            f"| {each['processor'] * 1e9:,.0f} ns | {1 / each['wall']:,.0f} | {mebibytes:.1f} MiB |"
        )
    own = {threads: value for (name, threads), value in told.items() if name == "fundgap"}
    if own:
        print()
        print("| so many times as long as fundgap | threads | whole process, clock | processor | a run, clock | processor |")
        print("|---|---|---|---|---|---|")
        for (name, threads), (whole, each, *_) in told.items():
            if name != "fundgap" and threads in own:
                ratios = [whole[of] / own[threads][0][of] for of in whole] + [each[of] / own[threads][1][of] for of in each]
                print(f"| {name} | {threads} | " + " | ".join(f"{r:.1f}" for r in ratios) + " |")
    print()
    print("Most memory is that of the largest process, and at least what this script itself holds.")


def read_table(path):
    """The rows of a CSV file by run, under headings in one spelling."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        headings = [plans.usual(h) for h in next(rows)]
        return {row[headings.index("run")]: dict(zip(headings, row)) for row in rows}


def differences(name, ours, theirs, names):
    """Says in how many runs and cells two tables differ."""
    cells = differing = 0
    runs, most = set(), Decimal(0)
    for run, row in theirs.items():
        for heading in names:
            if run in ours and heading in ours[run]:
                cells += 1
                by = abs(Decimal(row[heading]) - Decimal(ours[run][heading]))
                if by:
                    differing, most = differing + 1, max(most, by)
                    runs.add(run)
    print(f"- {name}: {cells:,} figures of {len(theirs):,} runs; differ: {differing:,} in {len(runs):,} runs, at most by £{most:.2f}")
    return cells > 0 and not differing


def by_run(peers, scenario, samples, count):
    """Some samples through `fundgap run --set`, one process each: the reference, without `simulate`."""
    rows = read_table(samples)
    chosen = list(rows)[:: max(1, len(rows) // count)][:count]
    addresses = [u.address for u in plans.read(scenario).uncertain]
    found = {}
    for run in chosen:
        command = [peers.fundgap, "run", scenario, "--table", "cells", "--format", "csv", "-q"]
        for address in addresses:
            command += ["--set", f"{address}={Decimal(rows[run][address]) * 100:f}%"]
        said = quiet(command)
        if said is None:
            return None
        cells = csv.DictReader(io.StringIO(said))
        found[run] = {plans.usual(c["address"]): c["value"] for c in cells if c["run"] == "risk_adjusted"}
    return found


def check(peers, scenario, folder):
    """All three on the same samples, to the penny; whether the exact ones agree."""
    samples, good = folder / "samples.csv", True
    names = plans.output_names(plans.read(scenario).years)
    simulated = False
    if peers.has_simulate:
        runs = str(peers.args.check_runs)
        command = [peers.fundgap, "simulate", scenario, "--runs", runs, "--seed", "1", "-q", "--format", "json"]
        simulated = quiet([*command, "--samples", str(samples)]) is not None
        if not simulated:
            print("- fundgap simulate failed; samples are made by samples.py instead")
    if not simulated:
        made = [sys.executable, str(HERE / "samples.py"), scenario, str(peers.args.check_runs)]
        samples.write_text(subprocess.run(made, capture_output=True, text=True, check=True).stdout, encoding="utf-8")
    tables = {"fundgap": read_table(samples)} if simulated else {}
    if peers.has_decimal:
        subprocess.run([peers.decimal, scenario, "--samples", samples, "--dump", folder / "decimal.csv"], check=True)
        tables["decimal"] = read_table(folder / "decimal.csv")
    if peers.has_numpy:
        for mode in ("rint", "away"):
            dump = folder / f"numpy_{mode}.csv"
            numpy = [peers.python, HERE / "peer_numpy.py", scenario, "--samples", samples, "--dump", dump, "--mode", mode]
            subprocess.run(numpy, check=True)
            tables[f"numpy {mode}"] = read_table(dump)
    exact = "fundgap" if simulated else "decimal"
    for name, table in tables.items():
        if name != exact and exact in tables:
            same = differences(f"{name} against {exact}", tables[exact], table, names)
            good &= same or name.startswith("numpy")
    if peers.has_fundgap and "decimal" in tables:
        found = by_run(peers, scenario, samples, 20)
        if found is None:
            # A fundgap that does not read ranges by year reads the same plan with one range for all years.
            plain = folder / "plain.toml"
            plain.write_text(generated(peers.args.times, ["--no-ranges-by-year"]), encoding="utf-8")
            found = by_run(peers, str(plain), samples, 20)
        if found is None:
            print("- fundgap run failed on the scenario")
            good = False
        else:
            good &= differences("fundgap run --set against decimal", tables["decimal"], found, names)
    return good


def generated(times, more=()):
    command = [sys.executable, str(HERE / "model_m.py"), "--times", str(times), *more]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=1_000_000)
    asked.add_argument("--decimal-runs", type=int, default=20_000, help="as decimals are slow, so many; the rest in proportion")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    asked.add_argument("--times", type=int, default=1, help="so many times the lines and savings of model M")
    asked.add_argument("--chunks", type=int, nargs="+", default=[256, 512, 1024, 1536, 2048, 4096], help="chunks that numpy may use")
    asked.add_argument("--fundgap", default=str(ROOT / "target" / "release" / "fundgap"))
    asked.add_argument("--decimal", default=str(HERE / "decimal" / "target" / "release" / "peer-decimal"))
    asked.add_argument("--python", default=sys.executable, help="a Python with numpy")
    asked.add_argument("--check", action="store_true")
    asked.add_argument("--check-runs", type=int, default=2_000)
    peers = Peers(asked.parse_args())
    for line in peers.missing:
        print(f"- not compared: {line}")
    with tempfile.TemporaryDirectory() as folder:
        scenario = HERE / "model_m.toml"
        if peers.args.times > 1:
            scenario = Path(folder) / "model_m.toml"
            scenario.write_text(generated(peers.args.times), encoding="utf-8")
        if peers.args.check:
            sys.exit(0 if check(peers, str(scenario), Path(folder)) else 1)
        compare(peers, str(scenario))


if __name__ == "__main__":
    main()
