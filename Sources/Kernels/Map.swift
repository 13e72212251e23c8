/// y = f(x), element by element.
@_transparent
func map(
  _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ f: (Vector) -> Vector
) {
  forEachVector(count) { place, lanes in store(f(load(x + place, lanes)), y + place, lanes) }
}

/// z = f(x, y), element by element.
@_transparent
func mapPairs(
  _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
  _ z: UnsafeMutablePointer<Float>, _ f: (Vector, Vector) -> Vector
) {
  forEachVector(count) { place, lanes in
    store(f(load(x + place, lanes), load(y + place, lanes)), z + place, lanes)
  }
}
