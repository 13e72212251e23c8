#!/usr/bin/env python3
"""Makes types.h5: the same rows in every type, byte order and layout that the reader takes.

Each dataset x_type_TYPE and x_layout_LAYOUT has the shape [7, 2, 3] and the elements 0 ... 41; y is [7, 2] and the
elements 0, -1 ... -13. Needs h5py; the suite itself does not, as the file is committed.
"""
import os

import h5py
import numpy as np

LAYOUTS = {
    "contiguous": {},
    "chunked": {"chunks": (2, 2, 3)},
    "odd": {"chunks": (3, 1, 2)},
    "gzip": {"chunks": (4, 2, 3), "compression": "gzip"},
    "shuffle": {"chunks": (2, 2, 3), "compression": "gzip", "shuffle": True},
    "fletcher32": {"chunks": (2, 2, 3), "fletcher32": True},
    "szip": {"chunks": (2, 2, 3), "compression": "szip"},
    "lzf": {"chunks": (2, 2, 3), "compression": "lzf"},
}
TYPES = ["i1", "u1"] + [o + t for t in "i2 u2 i4 u4 i8 u8 f2 f4 f8".split() for o in "<>"]

here = os.path.dirname(os.path.abspath(__file__))
x = np.arange(42).reshape(7, 2, 3)
with h5py.File(os.path.join(here, "types.h5"), "w") as file:
    for name in TYPES:
        tag = name.replace("<", "little_").replace(">", "big_")
        file[f"x_type_{tag}"] = x.astype(name)
    for layout, options in LAYOUTS.items():
        if layout == "szip" and not h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
            continue
        file.create_dataset(f"x_layout_{layout}", data=x.astype("<f4"), **options)
    file["y"] = -np.arange(14).reshape(7, 2).astype("<i4")
    file["text"] = [b"a"] * 7
