import Foundation

// libm's functions under names that do not meet those of the kernels.

func logarithm(_ x: Double) -> Double { Foundation.log(x) }

func cosine(_ x: Double) -> Double { Foundation.cos(x) }
