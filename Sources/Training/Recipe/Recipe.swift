import Foundation
import KerasFormat

/// Everything that a run needs, as a plain value with all defaults filled in, in Keras's names.
///
/// A recipe is written in YAML. Reading goes by way of a tree of values, on which overrides work;
/// what is read is complete, so writing it and reading it back gives the same recipe.
public struct Recipe: Sendable, Hashable {
  /// What to call the recipe: the name of its file without the ending.
  public var name = "recipe"
  /// What is trained.
  public var model: ModelRecipe
  /// What it is trained on.
  public var data: DataRecipe
  /// How it is trained.
  public var training: TrainingRecipe

  /// Reads a recipe from a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - overrides: keys with values that replace those of the file, in order.
  /// - Returns: the recipe, with absolute paths.
  /// - Throws: a sentence with the place of what is wrong.
  public static func read(
    path: String, overrides: [RecipeOverride] = []
  ) throws(TrainingError) -> Recipe {
    let text = try text(of: path)
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let folder = parentDirectory(of: absolutePath(path, in: currentDirectory))
    do {
      return try Recipe(yaml: text, name: name, folder: folder, overrides: overrides)
    } catch {
      throw TrainingError("Reading recipe '\(path)': \(error.description)", kind: error.kind)
    }
  }

  /// Reads a recipe from text.
  ///
  /// - Parameters:
  ///   - yaml: the text.
  ///   - name: what to call the recipe.
  ///   - folder: what relative paths in the text are relative to; the current directory when nil.
  ///   - overrides: keys with values that replace those of the text; relative paths in them are
  ///     relative to the current directory.
  /// - Throws: a sentence with the place of what is wrong.
  public init(
    yaml: String, name: String = "recipe", folder: String? = nil, overrides: [RecipeOverride] = []
  ) throws(TrainingError) {
    let tree = try RecipeYAML.tree(yaml)
    try self.init(
      tree: RecipePaths.absolute(tree, in: folder ?? currentDirectory), name: name,
      overrides: overrides)
  }

  private init(
    tree: JSON, name: String, overrides: [RecipeOverride]
  ) throws(TrainingError) {
    var tree = tree
    for override in overrides { tree = try override.applied(to: tree) }
    tree = try RecipeVocabulary.filled(RecipePaths.absolute(tree, in: currentDirectory))
    let reader = try RecipeReader(tree, at: "")
    model = try ModelRecipe(reader)
    data = try DataRecipe(reader.section("data", isRequired: true))
    training = try TrainingRecipe(reader.section("training", isRequired: true), of: model)
    try reader.finish()
    self.name = name
  }

  /// Replaces the value of a key, with the same checks as in a file.
  ///
  /// - Parameters:
  ///   - path: the key with those above it, for example `training.batch_size`.
  ///   - value: the value, in YAML.
  /// - Throws: a sentence when there is no such key or the value does not fit it.
  public mutating func set(_ path: String, _ value: String) throws(TrainingError) {
    let override = RecipeOverride(path: path, value: value)
    self = try Recipe(tree: tree, name: name, overrides: [override])
  }

  /// The recipe as YAML, with every default and absolute paths.
  public var yaml: String { RecipeYAML.text(tree) }

  /// The recipe as a tree of values.
  var tree: JSON {
    var object = JSONObject()
    object["model"] = model.tree
    object["data"] = data.tree
    object["training"] = training.tree
    return .object(object)
  }

  private static func text(of path: String) throws(TrainingError) -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw TrainingError("There is no recipe '\(path)'.", kind: .missing)
    }
    guard !isDirectory.boolValue, let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError("The recipe '\(path)' cannot be read as a file.", kind: .missing)
    }
    guard data.count <= 1 << 20, let text = String(bytes: data, encoding: .utf8) else {
      throw TrainingError(
        "The recipe '\(path)' is no text in UTF-8 of up to 1 MiB; expected YAML.", kind: .data)
    }
    return text
  }
}
