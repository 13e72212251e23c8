"""Chow's test by scipy: F at every breakpoint, its likelihood, and critical values.

    python tools/references/chow.py [OUT.h5]

Needs numpy, scipy and h5py, which `tools/python-env jax` has. Every F is computed on its own, by least squares
with scipy.linalg.lstsq over each side, so nothing is shared with running sums. The file:

/cases/NAME   @order 0 for a line over time, else how many values before are regressed on; @alpha
  values [N]; places, f, p [breaks]; critical []
/critical     numerator, denominator, alpha, value [n]: scipy.stats.f.isf
/tail         numerator, denominator, f, value [n]: scipy.stats.f.sf
"""
import sys
from pathlib import Path

import h5py
import numpy as np
from scipy import linalg, stats


def design(values, order):
    if order == 0:
        rows = np.arange(len(values)) / len(values) - 0.5
        return np.column_stack([np.ones(len(values)), rows]), values
    lags = [values[order - lag:-lag] for lag in range(1, order + 1)]
    return np.column_stack([np.ones(len(values) - order)] + lags), values[order:]


def residual(x, y):
    coefficients = linalg.lstsq(x, y)[0]
    return np.sum((y - x @ coefficients) ** 2)


def chow(values, order, breaks=None):
    """places, F and likelihoods; of some breaks (rows of the regression) or of all."""
    values = np.asarray(values, dtype=np.float64) - np.mean(values)
    x, y = design(values, order)
    rows, k = x.shape
    breaks = np.arange(k + 1, rows - k) if breaks is None else np.asarray(breaks)
    whole = residual(x, y)
    parts = np.array([residual(x[:b], y[:b]) + residual(x[b:], y[b:]) for b in breaks])
    f = (whole - parts) / k / (parts / (rows - 2 * k))
    return breaks + order, f, stats.f.sf(f, k, rows - 2 * k), (k, rows - 2 * k)


def series():
    random = np.random.default_rng(4)
    walk = np.cumsum(random.normal(size=150)) + 20
    line = 3 + 0.02 * np.arange(120) + random.normal(size=120)
    bent = np.where(np.arange(90) < 40, 0.1, -0.3) * (np.arange(90) - 40) + random.normal(size=90)
    far = 1e6 + np.cumsum(random.normal(size=80))
    return {"walk": (walk, 0), "line": (line, 0), "bent": (bent, 0), "far": (far, 0),
            "walk_after_1": (walk, 1), "bent_after_3": (bent, 3)}


def main():
    default = Path(__file__).resolve().parents[2] / "Tests/Fixtures/series/chow.h5"
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w", libver="earliest") as file:
        for name, (values, order) in series().items():
            group = file.create_group(f"cases/{name}")
            places, f, p, freedom = chow(values, order)
            group.attrs.update(order=order, alpha=0.05)
            group["values"], group["places"], group["f"], group["p"] = values, places, f, p
            group["critical"] = stats.f.isf(0.05, *freedom)
        numerator, denominator, alpha = np.array(
            [(a, b, q) for a in (1, 2, 3, 7, 40) for b in (1, 2, 5, 30, 1000, 14054)
             for q in (0.5, 0.1, 0.05, 0.01, 1e-6)]).T
        file["critical/numerator"], file["critical/denominator"] = numerator, denominator
        file["critical/alpha"] = alpha
        file["critical/value"] = stats.f.isf(alpha, numerator, denominator)
        numerator, denominator, f = np.array(
            [(a, b, q) for a in (1, 2, 3, 7, 40) for b in (1, 2, 5, 30, 1000, 14054)
             for q in (1e-3, 0.5, 1, 3, 12, 80)]).T
        file["tail/numerator"], file["tail/denominator"], file["tail/f"] = numerator, denominator, f
        file["tail/value"] = stats.f.sf(f, numerator, denominator)
    print(f"{path}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
