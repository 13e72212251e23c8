"""The command line of a peer's benchmark, its stopwatch, and its one line of JSON."""
import argparse
import json
import statistics
import time

from bench_shapes import SHAPES


def arguments(peer):
    parser = argparse.ArgumentParser(description=f"Times one training step in {peer}.")
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--seconds", type=float, default=3, help="how long to measure")
    return parser.parse_args()


def measure(run, seconds, at_least=5):
    """Seconds of each call of run, which must wait until its result is there."""
    times, end = [], time.perf_counter() + seconds
    while len(times) < at_least or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times


def report(peer, shape, times, steps_per_run=1, **more):
    """Prints milliseconds a step."""
    steps = [1000 * t / steps_per_run for t in times]
    print(json.dumps({"peer": peer, "shape": shape, "median_ms": round(statistics.median(steps), 4),
                      "min_ms": round(min(steps), 4), "runs": len(times), **more}), flush=True)
