#!/usr/bin/env python3
"""Times OpenBLAS's product of two square matrices on all cores: what a step's share of the peak is told by.

    $(tools/python-env keras) tools/bench-sgemm.py [--size 2048] [--seconds 1]

The OpenBLAS is the one in NumPy's package, which knows newer processors than a distribution's; the JSON line names it.
"""
import argparse
import ctypes
import statistics
import sys
from pathlib import Path

import numpy as np

from bench_timing import measure, report


def library():
    """Name and version of the BLAS that NumPy was built with, and the processor whose kernels it chose."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']} {core()}"


def core():
    """What NumPy's own OpenBLAS takes this processor for; nothing where the library is the system's."""
    for path in Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*"):
        name = ctypes.CDLL(path).scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        return name().decode()
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    if "openblas" not in library():
        sys.exit(f"bench-sgemm: expected a NumPy with OpenBLAS, and this one has {library()}")
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((options.size, options.size), dtype="f4") for _ in range(2))
    c = np.empty_like(a)
    for _ in range(2):
        np.matmul(a, b, out=c)
    times = measure(lambda: np.matmul(a, b, out=c), options.seconds)
    gflops, best = (2e-9 * options.size**3 / seconds for seconds in (statistics.median(times), min(times)))
    report("sgemm", options.size, times, gflops=round(gflops, 2), best_gflops=round(best, 2), library=library())


if __name__ == "__main__":
    main()
