// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The instruction set of the inner loops (x86-64 only): the machine that builds, unless
// LOCKSTEP_MARCH names another, for example x86-64-v3 for a binary that runs on any AVX2 machine.
#if arch(x86_64)
  let march = ProcessInfo.processInfo.environment["LOCKSTEP_MARCH"] ?? "native"
  let instructionSet = ["-Xcc", "-march=\(march)"]
#else
  let instructionSet: [String] = []
#endif

// Whole-module in debug builds as well: a generic kernel that is not specialized is a hundred times slower.
let wholeModule = ["-whole-module-optimization", "-disable-batch-mode", "-num-threads", "1"]
let kernelFlags = ["-Ounchecked"] + wholeModule + instructionSet

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "Lockstep",
  products: [
    .library(name: "Lockstep", targets: ["Lockstep"]),
    .executable(name: "lockstep", targets: ["lockstep"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // What comes from the system, and the few C lines that Swift cannot say.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .target(name: "CPlatform"),

    // The modules, bottom up: an arrow only ever points to a module named above.
    .target(
      name: "Kernels", dependencies: ["CPlatform"],
      swiftSettings: strict + [.unsafeFlags(kernelFlags)]),
    .target(name: "Tensors", dependencies: ["Kernels"], swiftSettings: strict),
    .target(name: "Networks", dependencies: ["Tensors", "Kernels"], swiftSettings: strict),
    .target(name: "HDF5", dependencies: ["CHDF5", "CDeflate"], swiftSettings: strict),
    .target(
      name: "KerasFormat", dependencies: ["Networks", "HDF5", "CPlatform", "CZip"],
      swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: ["KerasFormat", "Networks", "Tensors", "Kernels", "HDF5", "CCrypto", "Yams"],
      swiftSettings: strict),
    .target(
      name: "Lockstep", dependencies: ["Training", "KerasFormat", "Networks", "Tensors", "HDF5"],
      swiftSettings: strict),
    .executableTarget(
      name: "lockstep",
      dependencies: [
        "Training", "KerasFormat", "Networks", "Tensors", "HDF5", "Kernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["KerasFormat", "Networks", "HDF5"],
      path: "Tests/TestSupport"),
    .target(name: "CHeap", path: "Tests/CHeap"),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "Kernels", "COpenBLAS", "TestSupport"]),
    .testTarget(
      name: "HDF5Tests", dependencies: ["HDF5", "CHDF5", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Tensors", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "KerasFormatTests", dependencies: ["KerasFormat", "CPlatform", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "Networks", "Tensors", "CHeap", "TestSupport"]),
    .testTarget(name: "LockstepTests", dependencies: ["Lockstep"]),
    .testTarget(
      name: "CommandTests", dependencies: ["lockstep", "HDF5", "TestSupport"],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
