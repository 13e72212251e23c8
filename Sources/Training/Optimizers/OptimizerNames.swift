/// The optimizer with a name, with Keras's default options.
///
/// - Parameter name: Keras's class name in any case: `Adam`, `adam`, `rmsprop`.
/// - Returns: the optimizer; nil when there is none of that name.
public func optimizer(named name: String) -> (any Optimizer)? {
  defaults.first { $0.name.lowercased() == name.lowercased() }
}

/// The names of all optimizers, for messages that suggest one.
public var optimizerNames: [String] { defaults.map(\.name) }

private let defaults: [any Optimizer] = [
  SGD(), RMSprop(), Adam(), Adam.withDecay(), Adamax(), Nadam(), Adagrad(), Adadelta(), Adafactor(),
  Lion(), Lamb(), Lars(), Ftrl(),
]
