#!/usr/bin/env python3
"""Reads JSON lines of measurements ({"peer", "shape", "median_ms", "min_ms"}) and prints their table.

    tools/bench_table.py MEASUREMENTS.jsonl

Every figure is the median over the rounds; a ratio is how many times our step's time the peer takes.
"""
import json
import statistics
import sys
from collections import defaultdict

OURS = "lockstep"


def read(path):
    """shape → peer → [median_ms of each round], in the order they appear."""
    table = defaultdict(lambda: defaultdict(list))
    with open(path) as lines:
        for line in lines:
            row = json.loads(line)
            table[row["shape"]][row["peer"]].append(row["median_ms"])
    return table


def markdown(table):
    peers = list(dict.fromkeys(peer for row in table.values() for peer in row))
    others = [peer for peer in peers if peer != OURS]
    yield "| step | " + " | ".join([f"{p}, ms" for p in peers] + [f"{p} / {OURS}" for p in others]) + " |"
    yield "|---|" + "--:|" * (len(peers) + len(others))
    for shape, row in table.items():
        median = {peer: statistics.median(values) for peer, values in row.items()}
        cells = [f"{median[p]:.3f}" if p in median else "–" for p in peers]
        cells += [f"{median[p] / median[OURS]:.2f}" if {p, OURS} <= median.keys() else "–" for p in others]
        yield f"| {shape} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(markdown(read(sys.argv[1]))))
