"""A file of step times to compare later ones with, whatever the machine's speed is at the moment.

A machine that others share may be half as fast a minute later. So a step is not kept as a time but as how much of
OpenBLAS's sgemm, which is measured in the same round, would fit into it, in GFLOP: that grows only when our step
becomes slower and sgemm does not.
"""
import json
import statistics

from bench_table import OURS, SGEMM, values

ALLOWED = 1.10


def costs(table):
    """shape → GFLOP of sgemm that fit into a step, the median over the rounds.

    >>> from bench_table import collect
    >>> rows = [{"shape": "s", "peer": OURS, "median_ms": 2}, {"shape": "s", "peer": SGEMM, "best_gflops": 300}]
    >>> costs(collect(rows))
    {'s': 0.6}
    """
    return {shape: statistics.median(
        ms / 1000 * rate
        for ms, rate in zip(values(row, OURS, "median_ms"), values(row, SGEMM, "best_gflops"), strict=True))
        for shape, row in table.items() if OURS in row and SGEMM in row}


def write(path, table, machine):
    with open(path, "w") as file:
        json.dump({"machine": machine, "sgemm_gflop_per_step": costs(table)}, file, indent=1)
        file.write("\n")


def read(path, machine):
    """shape → cost, of a baseline of this machine; raises ValueError with a sentence where the file is none.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "base.json")
    >>> write(path, {}, {"processor": "P", "cores": 2})
    >>> read(path, {"processor": "P", "cores": 2})
    {}
    >>> read(path, {"processor": "Q", "cores": 2})
    Traceback (most recent call last):
    ...
    ValueError: the baseline is of another machine: P with 2 cores, and this is Q with 2; write one here
    """
    try:
        with open(path) as file:
            found = json.load(file)
        theirs, costs = dict(found["machine"]), {k: float(v) for k, v in found["sgemm_gflop_per_step"].items()}
    except OSError as error:
        raise ValueError(f"reading the baseline '{path}': {error.strerror}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"reading the baseline '{path}': expected what --write-baseline writes ({error})") from error
    if any(theirs.get(key) != machine[key] for key in ("processor", "cores")):
        raise ValueError(f"the baseline is of another machine: {theirs.get('processor')} with {theirs.get('cores')} "
                         f"cores, and this is {machine['processor']} with {machine['cores']}; write one here")
    return costs


def missing(before, shapes):
    """Raises ValueError where a baseline lacks shapes."""
    lacking = [shape for shape in shapes if shape not in before]
    if lacking:
        raise ValueError(f"the baseline has no {', '.join(lacking)}; choose other --shapes, or write one with these")


def regressions(before, table):
    """A sentence for each shape that is more than a tenth slower than before, shape → cost.

    >>> from bench_table import collect
    >>> def table(ms, rate):
    ...     rows = [{"shape": "s", "peer": OURS, "median_ms": ms}, {"shape": "s", "peer": SGEMM, "best_gflops": rate}]
    ...     return collect(rows)
    >>> before = costs(table(2, 300))
    >>> regressions(before, table(4, 150))                   # half the machine, the same step
    []
    >>> regressions(before, table(2.1, 300))
    []
    >>> regressions(before, table(2.4, 300))
    ['s: a step takes as long as 0.72 GFLOP of sgemm, 20 % more than the 0.6 of the baseline']
    """
    return [f"{shape}: a step takes as long as {cost:.3g} GFLOP of sgemm, {100 * (cost / before[shape] - 1):.0f} % "
            f"more than the {before[shape]:.3g} of the baseline"
            for shape, cost in costs(table).items() if cost > ALLOWED * before[shape]]
