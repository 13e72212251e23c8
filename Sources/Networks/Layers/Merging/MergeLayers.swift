/// Σ of its inputs, as Keras's `Add`.
public struct Add: Merging {
  /// Keras's name of the class.
  public static let className = "Add"
  /// What is done.
  public static let merge = Merge.add
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that adds.
  public init(name: String? = nil) { self.name = name }
}

/// The first input less the second, as Keras's `Subtract`.
public struct Subtract: Merging {
  /// Keras's name of the class.
  public static let className = "Subtract"
  /// What is done.
  public static let merge = Merge.subtract
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that subtracts.
  public init(name: String? = nil) { self.name = name }
}

/// The product of its inputs, element by element, as Keras's `Multiply`.
public struct Multiply: Merging {
  /// Keras's name of the class.
  public static let className = "Multiply"
  /// What is done.
  public static let merge = Merge.multiply
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that multiplies.
  public init(name: String? = nil) { self.name = name }
}

/// The mean of its inputs, as Keras's `Average`.
public struct Average: Merging {
  /// Keras's name of the class.
  public static let className = "Average"
  /// What is done.
  public static let merge = Merge.average
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that averages.
  public init(name: String? = nil) { self.name = name }
}

/// The largest of its inputs, element by element, as Keras's `Maximum`.
public struct Maximum: Merging {
  /// Keras's name of the class.
  public static let className = "Maximum"
  /// What is done.
  public static let merge = Merge.maximum
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that takes the largest.
  public init(name: String? = nil) { self.name = name }
}

/// The smallest of its inputs, element by element, as Keras's `Minimum`.
public struct Minimum: Merging {
  /// Keras's name of the class.
  public static let className = "Minimum"
  /// What is done.
  public static let merge = Merge.minimum
  /// The layer's name.
  public var name: String?
  /// Which steps count in the output.
  public var maskRule = MaskRule.any

  /// A layer that takes the smallest.
  public init(name: String? = nil) { self.name = name }
}
