import CHDF5

/// The value of an attribute to be written, in the forms that h5py gives them.
public enum AttributeValue: Sendable, Equatable {
  /// One string of variable length, marked UTF-8, as h5py writes a `str`.
  case text(String)
  /// One string of variable length, marked ASCII where it is, as h5py writes `bytes`.
  case bytes(String)
  /// A list of strings: of variable length; a long one as Keras cuts it; none as an empty array
  /// of floats.
  case names([String])
  /// A list of strings in fields of one length, filled with NULs.
  case fixedNames([String])
  /// One whole number of 64 bits.
  case integer(Int)
  /// A list of whole numbers of 64 bits.
  case integers([Int])
  /// One number of 64 bits.
  case number(Double)
  /// A list of numbers of 64 bits.
  case numbers([Double])
}

extension NewFile {
  /// Writes an attribute of a group or dataset.
  ///
  /// - Parameters:
  ///   - name: the attribute's name.
  ///   - path: the object that has it; a missing group is made.
  ///   - value: its value.
  /// - Throws: `HDF5Error` if it exists already or cannot be written.
  public func setAttribute(
    _ name: String, of path: String = "/", to value: AttributeValue
  ) throws(HDF5Error) {
    let object = try openObject(path)
    let attribute = NewAttribute(object.id, name, place(path).attribute(name))
    switch value {
    case .text(let text): try attribute.write(text, isUTF8: true)
    case .bytes(let text): try attribute.write(text, isUTF8: false)
    case .names(let names): try attribute.write(names)
    case .fixedNames(let names): try attribute.writeFields(names, suffix: "")
    case .integer(let value): try attribute.write([value], isScalar: true)
    case .integers(let values): try attribute.write(values, isScalar: false)
    case .number(let value): try attribute.write([value], isScalar: true)
    case .numbers(let values): try attribute.write(values, isScalar: false)
    }
    try object.close("cannot close", place(path))
  }

  private func openObject(_ path: String) throws(HDF5Error) -> Handle {
    let components = try place("/").components(of: path)
    guard let name = components.last else { return try enter([]) }
    let location = place(path)
    let group = try enter(components.dropLast())
    let exists = try library.call("cannot look for", location) {
      H5Lexists(group.id, name, standard)
    }
    if exists == 0 { return try enter(components[...]) }
    let object = try Handle("cannot open", location) { H5Oopen(group.id, name, standard) }
    try group.close("cannot close the group of", location)
    return object
  }
}

/// An attribute about to be written to an open object.
private struct NewAttribute {
  let object: hid_t
  let name: String
  let location: Location

  init(_ object: hid_t, _ name: String, _ location: Location) {
    (self.object, self.name, self.location) = (object, name, location)
  }

  func write(_ text: String, isUTF8: Bool) throws(HDF5Error) {
    let block = try StringBlock([text], location)
    let type = try block.variableType(location, isUTF8: isUTF8)
    try create(name, type.id, []) { id in
      block.withPointers { H5Awrite(id, type.id, $0) }
    }
  }

  func write(_ names: [String]) throws(HDF5Error) {
    if names.isEmpty { return try write([Double](), isScalar: false) }
    let block = try StringBlock(names, location)
    switch NameList.form(count: names.count, longest: block.longest) {
    case .variable:
      let type = try block.variableType(location)
      try create(name, type.id, [names.count]) { id in
        block.withPointers { H5Awrite(id, type.id, $0) }
      }
    case .fixed: try writeFields(names, suffix: "")
    case .parts(let parts):
      for (index, part) in parts.enumerated() {
        try writeFields(Array(names[part]), suffix: "\(index)")
      }
    case nil:
      throw HDF5Error(
        .cannotWrite,
        "cannot write the attribute \(location): a name of \(block.longest) bytes is longer than "
          + "the \(NameList.limit) that an attribute holds")
    }
  }

  func writeFields(_ names: [String], suffix: String) throws(HDF5Error) {
    let block = try StringBlock(names, location)
    let type = try block.fixedType(location)
    let fields = block.fields()
    try create(name + suffix, type.id, [names.count]) { H5Awrite($0, type.id, fields) }
  }

  func write<T: StorableNumber>(_ values: [T], isScalar: Bool) throws(HDF5Error) {
    let type = T.numberKind.memoryType
    try create(name, type, isScalar ? [] : [values.count]) { id in
      values.isEmpty ? 0 : H5Awrite(id, type, values)
    }
  }

  private func create(
    _ name: String, _ type: hid_t, _ shape: [Int], _ write: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    let space = try NewFile.space(shape, location)
    let attribute = try Handle("cannot make the attribute", location, .cannotWrite) {
      H5Acreate2(object, name, type, space.id, standard, standard)
    }
    _ = try library.call("cannot write the attribute", location, .cannotWrite) {
      write(attribute.id)
    }
    try attribute.close("cannot write the attribute", location)
  }
}
