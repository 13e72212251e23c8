#!/usr/bin/env python3
"""Makes the small HDF5 files of this folder with h5py, as Keras, numpy and others write them.

Run it in this folder; needs h5py 3 and numpy. The files are committed: the tests need no Python.
"""
import os
import h5py
import numpy as np

VALUES = [0, 1, 2, 3, 100, 127]


def fresh(name, **options):
    return h5py.File(name, "w", **options)


def numbers():
    with fresh("numbers.h5") as f:
        for code in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
            for order in "<>":
                kind = np.dtype(order + code)
                name = kind.name + ("_little" if order == "<" else "_big")
                f[name] = np.array(VALUES, kind).reshape(2, 3)
        halves = np.array([0, 0x8000, 1, 0x83FF, 0x0400, 0x3C00, 0xC000, 0x7BFF, 0x7C00, 0xFC00, 0x7E00],
                          "<u2")
        f["halves_little"] = halves.view("<f2")
        f["halves_big"] = halves.astype(">u2").view(">f2")
        brain = np.array([0, 0x3F80, 0xC000, 0x7F80, 0x0001, 0x4049], "<u2")
        d = f.create_dataset("brain", data=brain.view("V2"))
        d.attrs["dtype"] = "bfloat16"
        f["opaque"] = brain.view("V2")
        f["booleans"] = np.array([True, False, True])
        f["complex"] = np.array([1 + 2j])
        f["fractions"] = np.array([1.0, 2.5])
        f["large"] = np.array([2**40, -1])
        f["scalar"] = np.float32(0.25)
        f["nothing"] = h5py.Empty("f4")
        f["grid"] = np.arange(7 * 3 * 2, dtype="<i4").reshape(7, 3, 2)
        f.create_group("group")["inner"] = 1


def packed():
    data = np.arange(40 * 6, dtype="<f4").reshape(40, 6)
    with fresh("packed.h5") as f:
        f.create_dataset("gzip", data=data, chunks=(7, 4), compression="gzip")
        f.create_dataset("all", data=data, chunks=(16, 6), compression="gzip", shuffle=True,
                         fletcher32=True)
        f.create_dataset("fletcher32", data=data, chunks=(40, 6), fletcher32=True)
        f.create_dataset("scaleoffset", data=data.astype("i4"), chunks=(8, 6), scaleoffset=0)
        f.create_dataset("lzf", data=data, chunks=(8, 6), compression="lzf")
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_layout(h5py.h5d.COMPACT)
        small = h5py.h5s.create_simple((4,))
        d = h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, small, plist)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(4, dtype="<f4"))
        for number, name in [(32001, "blosc"), (32015, "zstd"), (4711, "unknown")]:
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((4,))
            plist.set_filter(number, h5py.h5z.FLAG_OPTIONAL, ())
            h5py.h5d.create(f.id, name.encode(), h5py.h5t.IEEE_F32LE, small, plist)
    with fresh("latest.h5", libver="latest") as f:
        f.create_dataset("gzip", data=data, chunks=(7, 4), compression="gzip")
        f["g/plain"] = data
        f["g"].attrs["names"] = ["a", "b"]


def field(group, name, kind, values):
    space = h5py.h5s.create_simple((len(values),)) if isinstance(values, list) \
        else h5py.h5s.create(h5py.h5s.SCALAR)
    array = np.array(values, "S%d" % kind.get_size())
    for make in (h5py.h5a.create, h5py.h5d.create):
        made = make(group.id, name.encode(), kind, space)
        made.write(array) if make is h5py.h5a.create \
            else made.write(h5py.h5s.ALL, h5py.h5s.ALL, array, mtype=kind)


def texts():
    words = ["a", "Grüße", "", "tail "]
    with fresh("texts.h5") as f:
        g = f.create_group("g")
        g.attrs["str"] = "Grüße"
        g.attrs["bytes"] = b"plain"
        g.attrs["list_str"] = words
        g.attrs["list_bytes"] = [w.encode() for w in words]
        g.attrs["array_fixed"] = np.array([w.encode() for w in words])
        g.attrs["list_empty"] = []
        g.attrs["one_element"] = ["alone"]
        g.attrs["empty"] = h5py.Empty("S4")
        g.attrs["latin1"] = np.bytes_(b"caf\xe9")
        g.attrs["int"] = 7
        g.attrs["float"] = 1.5
        g.attrs["huge"] = np.uint64(2**64 - 1)
        g.attrs["big_endian"] = np.array([1, 2], ">i2")
        g.attrs["true"] = True
        f["vlen"] = [w for w in words]
        f["scalar"] = "model"
        f["fixed"] = np.array([[b"ab", b"c"], [b"", b"defg"]])
        for name, pad in [("null_padded", h5py.h5t.STR_NULLPAD),
                          ("null_terminated", h5py.h5t.STR_NULLTERM),
                          ("space_padded", h5py.h5t.STR_SPACEPAD)]:
            kind = h5py.h5t.C_S1.copy()
            kind.set_size(5)
            kind.set_strpad(pad)
            values = [b"full", b"ab   "] if pad == h5py.h5t.STR_SPACEPAD else [b"full", b"ab"]
            field(f, name, kind, values)


def traps():
    data = np.arange(8, dtype="<i4")
    with fresh("other.h5") as f:
        f["x"] = data
    with fresh("traps.h5", libver=("earliest", "v110")) as f:
        f["real/x"] = data
        f["soft"] = h5py.SoftLink("/real/x")
        f["loop"] = h5py.SoftLink("/loop")
        f["external_link"] = h5py.ExternalLink("other.h5", "/x")
        f.create_dataset("external_storage", shape=(8,), dtype="<i4",
                         external=[("other.h5", 0, 32)])
        layout = h5py.VirtualLayout((8,), "<i4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (8,))
        f.create_virtual_dataset("virtual", layout)
        f["named_type"] = np.dtype("<f4")
        f.create_dataset("claims", shape=(2**40,), dtype="<f4", chunks=(1024,))
        f["real"]["up"] = f["/"]
        bomb = f.create_dataset("bomb", shape=(16,), maxshape=(None,), dtype="<i4",
                                chunks=(16,), compression="gzip")
        import zlib
        packer = zlib.compressobj(9)
        stream = packer.compress(bytes(16 << 20)) + packer.flush()
        bomb.id.write_direct_chunk((0,), stream)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
for make in (numbers, packed, texts, traps):
    make()
