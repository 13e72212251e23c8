import Foundation
import HDF5

/// One of the files of results that real Keras made (`tools/make-references.py` tells what is in them).
public struct ReferenceFile: ~Copyable {
  private let file: File

  /// Opens a file by its name without folder and ending, for example `losses`.
  public init(_ name: String) throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    file = try File(reading: tests.appending(path: "NetworksTests/Fixtures/\(name).h5").path())
  }

  /// The names of the cases in a file; empty, which no test accepts, when it cannot be read.
  public static func cases(of name: String) -> [String] {
    guard let file = try? ReferenceFile(name) else { return [] }
    return (try? file.file.group("cases").members()) ?? []
  }

  /// A case of the file.
  public func reference(_ name: String) throws -> Reference {
    try Reference(file.group("cases/\(name)"))
  }

  /// A dataset that all cases share.
  public func floats(_ name: String) throws -> [Float] {
    try file.dataset(name).read(limit: 1 << 24)
  }

  /// JSON that stands in an attribute of a dataset which all cases share.
  public func json(_ attribute: String, of name: String) throws -> Any {
    try parsed(file.dataset(name).attributes.string(attribute))
  }
}

/// One case of a reference file.
public struct Reference: ~Copyable {
  private let group: Group

  init(_ group: consuming Group) { self.group = group }

  /// Whether the case has a dataset.
  public func contains(_ name: String) throws -> Bool { try group.kind(of: name) == .dataset }

  /// The shape of a dataset.
  public func shape(_ name: String) throws -> [Int] { try group.dataset(name).shape }

  /// A dataset's numbers, row-major.
  public func floats(_ name: String) throws -> [Float] {
    try group.dataset(name).read(limit: 1 << 24)
  }

  /// A dataset's numbers, row-major, in double precision.
  public func doubles(_ name: String) throws -> [Double] {
    try group.dataset(name).read(limit: 1 << 24)
  }

  /// The text of an attribute; empty if there is none.
  public func text(_ attribute: String) throws -> String {
    try group.attributes.string(attribute) ?? ""
  }

  /// The text of a dataset's attribute; empty if there is none.
  public func text(_ attribute: String, of name: String) throws -> String {
    try group.dataset(name).attributes.string(attribute) ?? ""
  }

  /// The JSON of an attribute.
  public func json(_ attribute: String) throws -> Any {
    try parsed(group.attributes.string(attribute))
  }

  /// Class name and config of an object that Keras describes in an attribute.
  public func object(_ attribute: String) throws -> (className: String, config: [String: Any]) {
    let object = try json(attribute) as? [String: Any]
    return (object?["class_name"] as? String ?? "", object?["config"] as? [String: Any] ?? [:])
  }
}

private func parsed(_ text: String?) throws -> Any {
  try JSONSerialization.jsonObject(with: Data((text ?? "").utf8), options: .fragmentsAllowed)
}
