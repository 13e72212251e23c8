import Kernels
import Tensors

/// Windows laid out as rows, [T'·rows, groups · size · features], and a product for each group.
struct ConvolutionOperation: Operation {
  let input: Value
  let output: Value
  let window: Window
  let products: [Projection]
  /// How many numbers a window has in one group: size · features / groups.
  let depth: Int
  let patches: Extent
  let patchGradients: Extent?

  private var width: Int { input.shape.features / products.count }

  func forward(_ pass: borrowing Pass) {
    let (x, y) = (pass.matrix(input), pass.matrix(output))
    let patch = pass.scratch(patches, columns: depth * products.count)
    forEachPatch(pass) { step, place, group, source, pass in
      let target = patch.step(step, pass).columns(columns(group, place))
      guard let source else { return target.fill(0) }
      target.assign(x.step(source, pass).columns(group * width..<(group + 1) * width))
    }
    for (group, product) in products.enumerated() {
      product.forward(
        patch.columns(group * depth..<(group + 1) * depth), into: y.columns(product.columns), pass)
    }
  }

  func backward(_ pass: borrowing Pass) {
    guard let dy = pass.gradient(output) else { return }
    let patch = pass.scratch(patches, columns: depth * products.count)
    for (group, product) in products.enumerated() {
      product.weightGradients(
        patch.columns(group * depth..<(group + 1) * depth), dy.columns(product.columns), pass)
    }
    guard let dx = pass.gradient(input), let patchGradients else { return }
    let slopes = pass.scratch(patchGradients, columns: depth * products.count)
    for (group, product) in products.enumerated() {
      product.inputGradient(
        dy.columns(product.columns), into: slopes.columns(group * depth..<(group + 1) * depth),
        pass)
    }
    dx.fill(0)
    forEachPatch(pass) { step, place, group, source, pass in
      guard let source else { return }
      dx.step(source, pass).columns(group * width..<(group + 1) * width)
        .add(slopes.step(step, pass).columns(columns(group, place)))
    }
  }

  private func columns(_ group: Int, _ place: Int) -> Range<Int> {
    let first = group * depth + place * width
    return first..<first + width
  }

  /// Goes through the places of all windows and groups, with the input's step that stands there; nil
  /// outside of the input.
  private func forEachPatch(
    _ pass: borrowing Pass, _ body: (Int, Int, Int, Int?, borrowing Pass) -> Void
  ) {
    for step in 0..<output.shape.steps {
      for place in 0..<window.size {
        let source = window.step(step, place)
        let inside = (0..<input.shape.steps).contains(source) ? source : nil
        for group in products.indices { body(step, place, group, inside, pass) }
      }
    }
  }
}
