import Foundation
import KerasFormat

/// The keys of a recipe whose values are paths of files.
enum RecipePaths {
  private static let keys = [
    ["model"], ["data", "train"], ["data", "validation"], ["data", "scratch"],
  ]

  /// The same tree with relative paths made absolute.
  static func absolute(_ tree: JSON, in folder: String) -> JSON {
    keys.reduce(tree) { absolute($0, $1[...], folder) }
  }

  private static func absolute(_ tree: JSON, _ keys: ArraySlice<String>, _ folder: String) -> JSON {
    guard let key = keys.first else {
      return tree.string.map { .string(absolutePath($0, in: folder)) } ?? tree
    }
    guard var object = tree.object, let value = object[key] else { return tree }
    object[key] = absolute(value, keys.dropFirst(), folder)
    return .object(object)
  }
}

/// The directory that relative paths on the command line are relative to.
var currentDirectory: String { FileManager.default.currentDirectoryPath }

/// A path without `.` and `..` that starts at the root; `~` stands for the home directory.
func absolutePath(_ path: String, in folder: String) -> String {
  let expanded = (path as NSString).expandingTildeInPath
  let full = expanded.hasPrefix("/") ? expanded : "\(folder)/\(expanded)"
  // NSString's own methods would follow links where a folder is missing in different ways.
  var parts: [Substring] = []
  for part in full.split(separator: "/") where part != "." {
    if part == ".." { _ = parts.popLast() } else { parts.append(part) }
  }
  return "/" + parts.joined(separator: "/")
}
