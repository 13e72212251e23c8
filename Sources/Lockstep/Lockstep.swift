/// Everything of Lockstep under one import: `Run` and `Recipe` to train, `TrainedModel` to use what
/// was trained, `Sequential` and its layers, `SavedModel` for whole models in Keras's files.
@_exported import KerasFormat
@_exported import Networks
@_exported import Tensors
@_exported import Training

// Not all of HDF5: its `Dataset` is an array in a file, and Training's a source of samples.
@_exported import struct HDF5.File
@_exported import struct HDF5.HDF5Error
@_exported import struct HDF5.NewFile
