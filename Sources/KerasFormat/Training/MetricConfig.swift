import Networks

/// A metric as Keras 3 reads it: the name that Keras has for it, or its class with name and options.
public func metricConfig(_ metric: any Metric) -> JSON {
  guard let metric = metric as? any NamedMetric else { return .string(metric.name) }
  let className = metric.className
  let (options, isPlain) = writtenOptions(metric)
  if isPlain, isKerasName(metric.name, of: metric) { return .string(metric.name) }
  var config = JSONObject()
  config["name"] = .string(metric.name)
  config["dtype"] = "float32"
  for (key, value) in options.pairs { config[key] = value }
  return keras(module: "keras.metrics", className, config)
}

/// The options of a metric, and whether all are Keras's defaults.
private func writtenOptions(_ metric: any NamedMetric) -> (JSONObject, Bool) {
  if let mean = metric as? MeanMetric {
    for row in LossTable.rows {
      if let options = row.write(mean.loss) { return (options, row.hasDefaults(options)) }
    }
  }
  for row in MetricTable.rows where row.className == metric.className {
    if let options = row.write(metric) { return (options, row.hasDefaults(options)) }
  }
  return (JSONObject(), true)
}

/// Whether Keras finds the metric under a name.
private func isKerasName(_ name: String, of metric: any NamedMetric) -> Bool {
  // The metric of that class that is asked for by the name 'accuracy' is another one.
  if metric.className == "Accuracy" { return false }
  if metric is Accuracy, isAnyAccuracy(name) { return true }
  let short = ["mse", "mae", "mape", "msle", "bce"].contains(name.lowercased())
  return short || name == metric.className || name == snakeCase(metric.className)
}

/// The metric that a config names: a string, a function object, or a class with options.
///
/// - Parameters:
///   - json: what stands for a metric in a `training_config`, a `compile_config` or a recipe.
///   - output: the shape of one sample's predictions.
///   - target: the shape of one sample's targets.
///   - source: who wrote it.
/// - Returns: the metric for these shapes.
/// - Throws: a sentence that names the metric or option that we do not have, or the shapes that do
///   not fit.
public func metricValue(
  _ json: JSON, output: Shape, target: Shape, source: ConfigSource = .recipe
) throws(KerasFormatError) -> any Metric {
  do {
    if let found = try metricValue(json, source: source) {
      return try found.comparing(output, with: target)
    }
    let name = functionName(json) ?? "accuracy"
    guard let found = try metric(named: name, output: output, target: target)
    else { preconditionFailure("'\(name)' names the accuracy that fits the shapes") }
    guard var accuracy = found as? Accuracy, let given = json["config"]?["name"]?.string
    else { return found }
    accuracy.name = given
    return accuracy
  } catch let error as NetworkError {
    throw KerasFormatError(error.description)
  } catch let error as KerasFormatError {
    throw error
  } catch {
    throw KerasFormatError("\(error)")
  }
}

/// The metric that a config names, before it is known what it compares.
///
/// - Parameters:
///   - json: what stands for a metric in a `training_config`, a `compile_config` or a recipe.
///   - source: who wrote it.
/// - Returns: the metric; nil for `accuracy`, which the shapes decide.
/// - Throws: a sentence that names the metric or option that we do not have.
public func metricValue(
  _ json: JSON, source: ConfigSource = .recipe
) throws(KerasFormatError) -> (any NamedMetric)? {
  let function = functionName(json)
  guard let name = function ?? json["class_name"]?.string else {
    throw .expected("the name of a metric", found: json)
  }
  if function != nil, isAnyAccuracy(name) { return nil }
  let found = function != nil ? metric(named: name) : metric(className: name)
  guard let blank = found ?? metric(named: name) else {
    throw KerasFormatError("unknown metric '\(name)'\(suggestion(for: name, among: metricNames))")
  }
  guard let config = json["config"]?.object else { return blank }
  var metric = try read(config.without(["name", "dtype", "fn"]), into: blank, source)
  metric.name = config["name"]?.string ?? metric.name
  return metric
}

private func read(
  _ options: JSONObject, into blank: any NamedMetric, _ source: ConfigSource
) throws(KerasFormatError) -> any NamedMetric {
  if var mean = blank as? MeanMetric {
    for row in LossTable.rows where row.write(mean.loss) != nil {
      mean.loss = try row.read(options, source)
    }
    return mean
  }
  for row in MetricTable.rows where row.className == blank.className {
    return try row.read(options, source)
  }
  return blank
}
