import HDF5
import Testing

/// The suite under which all tests of the module run one after another: several of them count the
/// identifiers that libhdf5 has open in the whole process.
@Suite(.serialized) struct HDF5Tests {}

/// Runs a body that must fail, and returns its error.
func failure(
  _ location: SourceLocation = #_sourceLocation, _ body: () throws(HDF5Error) -> Void
) -> HDF5Error? {
  do throws(HDF5Error) {
    try body()
    Issue.record("expected an error", sourceLocation: location)
    return nil
  } catch { return error }
}
