"""Small HDF5 files: the oldest format, contiguous datasets, fixed-length string attributes."""
import json

import h5py
import keras
import numpy as np


class Store:
    """One file of references; every case is a group below /cases."""

    def __init__(self, path):
        self.file = h5py.File(path, "w", libver="earliest")
        describe(self.file, keras_version=keras.__version__, backend=keras.backend.backend())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def case(self, name, **attributes):
        group = self.file.require_group("cases").create_group(name)
        describe(group, **attributes)
        return group


def describe(target, **attributes):
    """Attributes: text as it is, anything else as JSON."""
    for name, value in attributes.items():
        text = value if isinstance(value, str) else json.dumps(value)
        target.attrs[name] = np.bytes_(text.encode())


def put(group, name, value, **attributes):
    """A contiguous dataset of float32, float64 or int32 (booleans and other integers become int32)."""
    array = np.asarray(value)
    if array.dtype.kind in "iub":
        array = array.astype("<i4")
    dataset = group.create_dataset(name, data=np.ascontiguousarray(array).reshape(array.shape))
    describe(dataset, **attributes)


def flat(arrays):
    """One vector of all the numbers, array by array, each in row-major order."""
    return np.concatenate([np.ravel(a) for a in arrays])


def put_variables(group, name, variables, values):
    """The values of Keras variables as one vector, with the attribute `variables`: [[path, shape], …]."""
    put(group, name, flat(values), variables=[[v.path, list(v.shape)] for v in variables])
