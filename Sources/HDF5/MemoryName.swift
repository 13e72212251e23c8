import Synchronization

/// A name that no other file in memory has.
///
/// libhdf5 takes two open files in memory of one name for one file: the second reads the first
/// one's numbers, or is refused. The name that people see stays as it is.
func memoryName(_ name: String) -> String {
  "\(name) #\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
}

private let count = Atomic<Int>(0)
