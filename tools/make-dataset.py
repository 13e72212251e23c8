#!/usr/bin/env python3
"""Makes dataset files of every kind that the reader must take or refuse.

    $(tools/python-env keras) tools/make-dataset.py --list
    $(tools/python-env keras) tools/make-dataset.py KIND OUT.h5 [--rows 300] [--steps 6] [--features 3]
    $(tools/python-env keras) tools/make-dataset.py --all FOLDER          every small kind, as FOLDER/KIND.h5
    $(tools/python-env keras) tools/make-dataset.py big OUT.h5 --gigabytes 4

Every file holds /x [rows, steps, features] and /y [rows, 2]. Where the type allows, all kinds hold the same
small whole numbers, so that every way of storing them must read back the same: x[r, t, f] = (7r + 3t + f) mod 100,
y[r] = (x of the row's last step, feature 0; r mod 2).
"""
import argparse
from pathlib import Path

import h5py
import numpy as np

INTEGERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
FLOATS = ["f2", "f4", "f8"]

LAYOUTS = {
    "contiguous": {},
    "chunked": {"chunks": (64, 6, 3)},
    "chunked-ragged": {"chunks": (37, 4, 2)},  # divides no size
    "gzip": {"chunks": (64, 6, 3), "compression": "gzip"},
    "gzip-shuffle": {"chunks": (64, 6, 3), "compression": "gzip", "shuffle": True},
    "fletcher32": {"chunks": (64, 6, 3), "fletcher32": True},
    "gzip-shuffle-fletcher32": {"chunks": (64, 6, 3), "compression": "gzip", "shuffle": True, "fletcher32": True},
    "szip": {"chunks": (64, 6, 3), "compression": "szip"},
    "scaleoffset": {"chunks": (64, 6, 3), "scaleoffset": 2},
    "lzf": {"chunks": (64, 6, 3), "compression": "lzf"},
    "growable": {"chunks": (64, 6, 3), "maxshape": (None, 6, 3)},
}


def data(arguments):
    r, t, f = np.ogrid[: arguments.rows, : arguments.steps, : arguments.features]
    x = ((7 * r + 3 * t + f) % 100).astype("f4")
    return x, np.stack([x[:, -1, 0], np.arange(arguments.rows) % 2], axis=1).astype("f4")


def plain(file, arguments, dtype="<f4", change=None, **layout):
    """The usual file; change(x, y) may replace its contents."""
    x, y = data(arguments)
    x, y = change(x, y) if change else (x, y)
    if chunks := layout.get("chunks"):
        layout["chunks"] = tuple(min(c, n) for c, n in zip(chunks, x.shape))
        if "maxshape" in layout:
            layout["maxshape"] = (None, *x.shape[1:])
    file.create_dataset("x", data=x.astype(dtype), **layout)
    file.create_dataset("y", data=y.astype(dtype))


def nan_row(x, y):
    x[17, 2, 1] = np.nan
    return x, y


def infinite_target(x, y):
    y[23, 1] = np.inf
    return x, y


def external(file, arguments):
    """/x names another file as its storage, which a reader must not follow."""
    x, y = data(arguments)
    raw = Path(file.filename).with_suffix(".raw")
    x.tofile(raw)
    file.create_dataset("x", x.shape, "<f4", external=[(raw.name, 0, x.nbytes)])
    file["y"] = y


def virtual(file, arguments):
    x, y = data(arguments)
    file["stored"], file["y"] = x, y
    layout = h5py.VirtualLayout(x.shape, x.dtype)
    layout[:] = h5py.VirtualSource(file["stored"])
    file.create_virtual_dataset("x", layout)


def strings(file, arguments):
    file["x"] = [[b"text"] * 3] * arguments.rows
    file["y"] = data(arguments)[1]


def weighted(file, arguments):
    plain(file, arguments)
    file["sample_weight"] = np.linspace(0, 2, arguments.rows, dtype="f4")


def elsewhere(file, arguments):
    """The datasets have other names, in a group."""
    file["train/inputs"], file["train/targets"] = data(arguments)


def big(file, arguments):
    """Streamed: memory stays small. Every tenth value is random, so that gzip finds something to do."""
    steps, rows_per_chunk = 64, 4096
    rows = int(arguments.gigabytes * 2**30) // (4 * steps * arguments.features)
    chunks = (min(256, rows), steps, arguments.features)
    x = file.create_dataset("x", (rows, steps, arguments.features), "<f4", chunks=chunks,
                            compression="gzip", compression_opts=1, shuffle=True)
    y = file.create_dataset("y", (rows, 2), "<f4", chunks=(min(4096, rows), 2))
    rng = np.random.default_rng(1)
    wave = np.sin(np.arange(steps * arguments.features, dtype="f4") / 9)
    for start in range(0, rows, rows_per_chunk):
        block = np.tile(wave, (min(rows_per_chunk, rows - start), 1))
        block[:, ::10] = rng.uniform(-1, 1, block[:, ::10].shape)
        x[start : start + len(block)] = block.reshape(-1, steps, arguments.features)
        y[start : start + len(block)] = np.stack([block.max(1), block.min(1)], axis=1)


def kinds():
    """Name → function(file, arguments)."""
    def kind(**options):
        return lambda file, arguments: plain(file, arguments, **options)

    table = {f"{name}-{order}": kind(dtype=sign + name)
             for name in INTEGERS + FLOATS for order, sign in [("little", "<"), ("big", ">")]}
    table |= {name: kind(**layout) for name, layout in LAYOUTS.items()}
    table |= {
        "nan-row": kind(change=nan_row),
        "infinite-target": kind(change=infinite_target),
        "mismatched-rows": kind(change=lambda x, y: (x, y[:-1])),
        "empty": kind(change=lambda x, y: (x[:0], y[:0])),
        "no-steps": kind(change=lambda x, y: (x[:, :0], y)),
        "one-row": kind(change=lambda x, y: (x[:1], y[:1])),
        "rank-1": kind(change=lambda x, y: (x[:, 0, 0], y)),
        "rank-2": kind(change=lambda x, y: (x[:, :, 0], y)),
        "rank-4": kind(change=lambda x, y: (x[..., None], y)),
        "scalar": kind(change=lambda x, y: (x[0, 0, 0], y)),
        "sequence-targets": kind(change=lambda x, y: (x, x[..., :2])),
        "no-targets": lambda file, arguments: file.create_dataset("x", data=data(arguments)[0]),
        "external": external, "virtual": virtual, "strings": strings, "weighted": weighted,
        "elsewhere": elsewhere, "big": big,
        "group": lambda file, arguments: (file.create_group("x"), file.create_group("y")),
    }
    return table


def make(kind, path, arguments):
    with h5py.File(path, "w") as file:
        kinds()[kind](file, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", nargs="?", metavar="KIND", choices=sorted(kinds()))
    parser.add_argument("out", nargs="?", metavar="OUT.h5")
    parser.add_argument("--list", action="store_true", help="print the kinds")
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--features", type=int, default=3)
    parser.add_argument("--gigabytes", type=float, default=4, help="of float32 in /x, before compression")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(kinds()))
    elif arguments.all:
        arguments.all.mkdir(parents=True, exist_ok=True)
        for kind in kinds():
            if kind != "big":
                make(kind, arguments.all / f"{kind}.h5", arguments)
    elif arguments.kind and arguments.out:
        make(arguments.kind, arguments.out, arguments)
    else:
        parser.error("give KIND OUT.h5, --all FOLDER or --list")


if __name__ == "__main__":
    main()
