import CHDF5

/// The attributes of an open group or dataset, for reading.
///
/// A missing attribute is nil; one of the wrong type or shape is an error. A class, because computed
/// properties that give values without copies crash the optimizer of Swift 6.3.
public final class Attributes: Sendable {
  private let handle: Handle
  private let owner: Location

  /// The most bytes that one attribute may hold, far above what any writer makes.
  static let largest = 256 << 20

  init(of object: hid_t, _ location: Location) {
    owner = location
    let references = library.attempt { H5Iinc_ref(object) }.result
    precondition(references > 0, "an open object has a valid identifier")
    handle = Handle(owning: object)
  }

  /// The names of the attributes, sorted.
  ///
  /// - Returns: the names.
  /// - Throws: `HDF5Error` if the file is damaged.
  public func names() throws(HDF5Error) -> [String] {
    var names: [String] = []
    _ = try library.call("cannot list the attributes of", owner, .damaged) {
      withUnsafeMutablePointer(to: &names) { chdf5_each_attribute(handle.id, appendName, $0) }
    }
    return names
  }

  /// Whether there is an attribute of that name.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: true if there is.
  /// - Throws: `HDF5Error` if the file is damaged.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let id = handle.id
    return try library.call("cannot look for the attribute", owner.attribute(name), .damaged) {
      H5Aexists(id, name)
    } > 0
  }

  /// The element type and shape of an attribute, for listings.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: both, or nil if there is none of that name.
  /// - Throws: `HDF5Error` if the file is damaged.
  public func type(of name: String) throws(HDF5Error) -> (element: ElementType, shape: [Int])? {
    guard try contains(name) else { return nil }
    let attribute = try open(name)
    return (attribute.type.element, attribute.extent.shape)
  }

  /// A single string.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: the string, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if it is not one string.
  public func string(_ name: String) throws(HDF5Error) -> String? {
    guard try contains(name) else { return nil }
    let attribute = try open(name)
    return try attribute.only(try attribute.strings(), "one string")
  }

  /// A list of strings, also one that is cut into `NAME0`, `NAME1`, … as Keras does with long lists.
  ///
  /// The empty list may have any type: numpy makes it an array of floats.
  /// - Parameter name: the attribute's name.
  /// - Returns: the strings, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if it is not a list of strings.
  public func strings(_ name: String) throws(HDF5Error) -> [String]? {
    if try contains(name) { return try open(name).strings() }
    guard try contains(name + "0") else { return nil }
    var all: [String] = []
    var part = 0
    while try contains(name + "\(part)") {
      all += try open(name + "\(part)").strings()
      part += 1
    }
    return all
  }

  /// A single whole number.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: the number, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if it is not one whole number that fits.
  public func integer(_ name: String) throws(HDF5Error) -> Int? {
    guard try contains(name) else { return nil }
    let attribute = try open(name)
    return try attribute.only(try attribute.integers(), "one whole number")
  }

  /// A list of whole numbers.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: the numbers, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if they are not whole numbers that fit.
  public func integers(_ name: String) throws(HDF5Error) -> [Int]? {
    guard try contains(name) else { return nil }
    return try open(name).integers()
  }

  /// A single number.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: the number, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if it is not one number.
  public func number(_ name: String) throws(HDF5Error) -> Double? {
    guard try contains(name) else { return nil }
    let attribute = try open(name)
    return try attribute.only(try attribute.numbers(as: Double.self), "one number")
  }

  /// A list of numbers.
  ///
  /// - Parameter name: the attribute's name.
  /// - Returns: the numbers, or nil if there is no such attribute.
  /// - Throws: `HDF5Error` if they are not numbers.
  public func numbers(_ name: String) throws(HDF5Error) -> [Double]? {
    guard try contains(name) else { return nil }
    return try open(name).numbers(as: Double.self)
  }

  /// The text of Keras's `dtype` attribute, if there is one that is text.
  func opaqueName() throws(HDF5Error) -> String? {
    guard try contains("dtype") else { return nil }
    let attribute = try open("dtype")
    return attribute.type.element.isText && attribute.extent.count == 1
      ? try attribute.strings().first : nil
  }

  private func open(_ name: String) throws(HDF5Error) -> Attribute {
    try Attribute(of: handle.id, name, owner.attribute(name))
  }
}
