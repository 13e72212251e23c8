#!/usr/bin/env python3
"""Reads measurements of tools/bench, a JSON object a line, and prints their table.

    tools/bench_table.py MEASUREMENTS.jsonl

Every time is the median over the rounds. A ratio is how many times our step's time a peer takes. A share of sgemm is
that of the operations a second of our step in those of OpenBLAS's product of large squares on all cores, the best of
the same round: the median of the shares of all rounds. A share of registers is that in multiply-adds which touch no
memory, by all workers at once right before and behind our step.
"""
import json
import statistics
import sys
from collections import defaultdict

from bench_runs import ratio

OURS, SGEMM, PRODUCT = "lockstep", "sgemm", "product"
YARDSTICKS = (SGEMM, PRODUCT)


def read(path):
    """shape → peer → the measurements of each round, in the order they appear."""
    with open(path) as lines:
        return collect(json.loads(line) for line in lines)


def collect(rows):
    table = defaultdict(lambda: defaultdict(list))
    for row in rows:
        table[row["shape"]][row["peer"]].append(row)
    return table


def values(row, peer, key):
    return [measurement[key] for measurement in row[peer]]


def times(row):
    """peer → milliseconds of a step, the median over the rounds; yardsticks make no steps."""
    return {p: statistics.median(values(row, p, "median_ms")) for p in row if p not in YARDSTICKS}


def fastest(row):
    """The fastest peer, and how many times our step's time it takes; None without peers.

    >>> row = collect({"shape": "s", "peer": p, "median_ms": t} for p, t in [("lockstep", 2), ("a", 9), ("b", 5)])["s"]
    >>> fastest(row)
    ('b', 2.5)
    """
    others = {peer: time for peer, time in times(row).items() if peer != OURS}
    if not others or OURS not in row:
        return None
    name = min(others, key=others.get)
    return name, others[name] / times(row)[OURS]


def share(row, of=SGEMM):
    """Our step's share of a product's operations a second; None where either was not measured."""
    if OURS not in row or of not in row or "gflops" not in row[OURS][0]:
        return None
    return ratio(values(row, OURS, "gflops"), values(row, of, "best_gflops"))


def register_share(row):
    """Our step's share of what registers alone reach; None where that was not measured.

    >>> steps = [{"shape": "s", "peer": "lockstep", "gflops": g, "peak_gflops": 8} for g in (4, 6, 7)]
    >>> register_share(collect(steps)["s"])
    0.75
    """
    if OURS not in row or not {"gflops", "peak_gflops"} <= row[OURS][0].keys():
        return None
    return ratio(values(row, OURS, "gflops"), values(row, OURS, "peak_gflops"))


def markdown(table):
    peers = list(dict.fromkeys(p for row in table.values() for p in row if p not in YARDSTICKS))
    others = [peer for peer in peers if peer != OURS]
    heads = ["step", *(f"{p}, ms" for p in peers), *(f"{p} / {OURS}" for p in others), f"fastest / {OURS}",
             "GFLOP/s", "of sgemm", "of registers"]
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "--:|" * (len(heads) - 1)
    for shape, row in table.items():
        yield f"| {shape} | " + " | ".join(cells(row, peers, others)) + " |"


def cells(row, peers, others):
    median, best = times(row), fastest(row)
    yield from (f"{median[p]:.3f}" if p in median else "–" for p in peers)
    yield from (f"{median[p] / median[OURS]:.2f}" if {p, OURS} <= median.keys() else "–" for p in others)
    yield f"{best[1]:.2f} ({best[0]})" if best else "–"
    rates = [m["gflops"] for m in row.get(OURS, []) if "gflops" in m]
    yield f"{statistics.median(rates):.0f}" if rates else "–"
    for part in (share(row), register_share(row)):
        yield f"{100 * part:.0f} %" if part else "–"


def yardsticks(table):
    """Sentences about the products of large squares."""
    names = {SGEMM: "OpenBLAS's sgemm", PRODUCT: "our own product"}
    for peer in YARDSTICKS:
        found = [m["best_gflops"] for row in table.values() for m in row.get(peer, [])]
        if found:
            yield (f"{names[peer]} of large squares on all cores, the best of each round: "
                   f"{statistics.median(found):.0f} GFLOP/s ({min(found):.0f} to {max(found):.0f})")


def page(table):
    return "\n".join([*markdown(table), "", *yardsticks(table)])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(page(read(sys.argv[1])))
