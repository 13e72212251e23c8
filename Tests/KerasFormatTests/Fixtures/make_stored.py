"""Makes the folder `stored`: one small model in each layout in which Keras keeps models, and files made to harm.

    python make_stored.py            with Keras 3: stored.keras, stored.weights.h5, the shards, the gadgets
    python make_stored.py --legacy   with tf-keras: legacy_weights.h5, legacy_model.h5

Element j of the model's variable k is k * 100 + j / 8, so that readers of every layout know what to
find without a reference. The gadgets hold a legacy file's attributes, and what is named in their own names.
"""

import os
import sys
import zlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stored")


def path(name):
    return os.path.join(HERE, name)


def number(model):
    model.set_weights([
        (k * 100 + np.arange(w.size, dtype="float32") / 8).reshape(w.shape)
        for k, w in enumerate(model.get_weights())])


def build(keras, compiled=True):
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((4, 3)), layers.Bidirectional(layers.LSTM(2), name="both"), layers.Dense(2)],
        name="stored")
    number(model)
    if compiled:
        # Without a step the optimizer has its two or so numbers, and the weights stay as they are.
        model.compile(keras.optimizers.SGD(0.5), loss="mean_squared_error")
    return model


def legacy():
    import tf_keras
    model = build(tf_keras)
    model.save_weights(path("legacy_weights.h5"))
    model.save(path("legacy_model.h5"))


def current():
    import keras
    model = build(keras)
    model.save(path("stored.keras"))
    build(keras, compiled=False).save_weights(path("stored.weights.h5"))
    model.save_weights(path("shards.weights.json"), max_shard_size=3e-7)
    with open(path("stored.json"), "w") as file:
        file.write(model.to_json())


def gadget(name, fill, **options):
    with h5py.File(path("gadget_%s.h5" % name), "w", **options) as f:
        f.attrs["layer_names"] = ["a"]
        group = f.create_group("a")
        group.attrs["weight_names"] = ["w"]
        fill(f, group)


def external_storage(f, group):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_external(b"/etc/passwd", 0, 16)
    h5py.h5d.create(group.id, b"w", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), plist)


def virtual(f, group):
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    group.create_virtual_dataset("w", layout)


def bomb(f, group):
    d = group.create_dataset("w", (1024,), "f4", chunks=(1024,), compression="gzip")
    d.id.write_direct_chunk((0,), zlib.compress(b"\0" * (10 << 20), 9))


def unknown_filter(f, group):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((4,))
    plist.set_filter(4711, h5py.h5z.FLAG_OPTIONAL, ())
    h5py.h5d.create(group.id, b"w", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), plist)


def huge(f, group):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    h5py.h5d.create(group.id, b"w", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((2**20, 2**20)), plist)


def cycle(f, group):
    group["w"] = np.zeros(2, "f4")
    del f.attrs["layer_names"]
    f.create_group("layers/lstm/vars")["0"] = np.zeros(2, "f4")
    f["layers/lstm/again"] = f["layers"]


def wide(f, group):
    """A tree without a cycle whose paths are 40^11: each group holds forty links to the next one."""
    del f.attrs["layer_names"]
    f.create_group("layers")
    above = f["layers"]
    for depth in range(11):
        inner = above.create_group("g0")
        for k in range(1, 40):
            above["g%d" % k] = inner
        above = inner
    above.create_group("vars")["0"] = np.zeros(1, "f4")


def gadgets():
    gadget("external_link", lambda f, g: g.__setitem__("w", h5py.ExternalLink("other.h5", "x")))
    gadget("soft_link", lambda f, g: g.__setitem__("w", h5py.SoftLink("/a")))
    gadget("external_storage", external_storage)
    gadget("virtual", virtual, libver=("earliest", "v110"))
    gadget("bomb", bomb)
    gadget("unknown_filter", unknown_filter)
    gadget("huge", huge)
    gadget("cycle", cycle)
    gadget("wide", wide, libver="latest")
    gadget("scaleoffset", lambda f, g: g.create_dataset(
        "w", data=np.arange(16, dtype="i4"), chunks=(8,), scaleoffset=0))
    gadget("texts", lambda f, g: g.create_dataset("w", data=["a" * 100] * 4))
    gadget("compound", lambda f, g: g.__setitem__("w", np.zeros(2, "c8")))


if __name__ == "__main__":
    os.makedirs(HERE, exist_ok=True)
    if "--legacy" in sys.argv:
        legacy()
    else:
        current()
        gadgets()
