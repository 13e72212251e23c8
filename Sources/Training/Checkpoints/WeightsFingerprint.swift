import Networks
import Tensors

/// The SHA-256 of all weights; two runs are the same when it is.
///
/// Parameter after parameter in the order of the network's table: little-endian floats, nothing
/// between them.
public func fingerprint(of weights: Arena, _ network: Network) -> String {
  var hash = SHA256()
  for parameter in network.parameters {
    hash.update(UnsafeRawBufferPointer(weights[parameter.slot]))
  }
  return hash.digest().description
}
