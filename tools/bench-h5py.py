#!/usr/bin/env python3
"""Times how fast h5py gives out the rows of a gzip file, and makes such a file. For tools/bench-reader.

  tools/bench-h5py.py make FILE [--rows 20000] [--chunk 128] [--no-shuffle]
  tools/bench-h5py.py time FILE --order file|blocks [--batch 128] [--seconds 3]

The file has /x [rows, 60, 8] and /y [rows, 1] in float32: noise of 10 bits over slow waves, so that gzip 6 finds something
and not everything. `file` reads batches one after the other. `blocks` does what the trainer does with a file larger than
memory: blocks of about 1 MiB in a random order, gathered into windows of 8 MiB, whose rows are permuted.
"""
import argparse
import json
import time

import h5py
import numpy as np

BLOCK_BYTES = 1 << 20
WINDOW_BYTES = 8 << 20


def make(path, rows, chunk, shuffle):
    random = np.random.default_rng(7)
    steps = np.arange(60)[:, None] + np.arange(8)
    phases = random.uniform(0, 100, (rows, 1, 1))
    x = np.sin((steps + phases) / 9) + random.integers(0, 1024, (rows, 60, 8)) / 8192
    options = dict(compression="gzip", compression_opts=6, shuffle=shuffle)
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=x.astype("f4"), chunks=(chunk, 60, 8), **options)
        file.create_dataset("y", data=x[:, -1, :1].astype("f4"), chunks=(chunk, 1), **options)


def in_order(x, y, batch):
    for first in range(0, len(x), batch):
        yield len(x[first : first + batch]), y[first : first + batch]


def in_blocks(x, y, batch, random):
    row_bytes = 4 * (int(np.prod(x.shape[1:])) + int(np.prod(y.shape[1:])))
    chunk = x.chunks[0]
    block = max(1, BLOCK_BYTES // row_bytes // chunk) * chunk
    blocks = random.permutation((len(x) + block - 1) // block)
    per_window = max(1, WINDOW_BYTES // row_bytes // block)
    for first in range(0, len(blocks), per_window):
        starts = [number * block for number in blocks[first : first + per_window]]
        xs = np.concatenate([x[start : start + block] for start in starts])
        ys = np.concatenate([y[start : start + block] for start in starts])
        order = random.permutation(len(xs))
        for place in range(0, len(xs), batch):
            rows = order[place : place + batch]
            yield len(xs[rows]), ys[rows]


def measure(path, order, batch, seconds):
    random = np.random.default_rng(1)
    rows = elapsed = 0
    while elapsed < seconds:
        begin = time.perf_counter()
        with h5py.File(path) as file:
            x, y = file["x"], file["y"]
            batches = in_order(x, y, batch) if order == "file" else in_blocks(x, y, batch, random)
            rows += sum(count for count, _ in batches)
        elapsed += time.perf_counter() - begin
    return rows / elapsed


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(dest="command", required=True)
making = commands.add_parser("make")
timing = commands.add_parser("time")
for command in (making, timing):
    command.add_argument("file")
making.add_argument("--rows", type=int, default=20000)
making.add_argument("--chunk", type=int, default=128)
making.add_argument("--no-shuffle", action="store_true")
timing.add_argument("--order", choices=["file", "blocks"], required=True)
timing.add_argument("--batch", type=int, default=128)
timing.add_argument("--seconds", type=float, default=3)

if __name__ == "__main__":
    given = parser.parse_args()
    if given.command == "make":
        make(given.file, given.rows, given.chunk, not given.no_shuffle)
    else:
        rate = measure(given.file, given.order, given.batch, given.seconds)
        print(json.dumps(dict(peer="h5py", file=given.file, order=given.order, batch=given.batch, rows_per_second=rate)))
