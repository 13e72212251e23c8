public import CPlatform

/// Makes the calling thread flush denormal results to zero and read denormal operands as zero.
///
/// Every work item calls it first: denormals made other LSTM trainers 18 to 27 times slower. Returns
/// the mode before, for `restoreFloatMode`: the thread may be a user's own.
@discardableResult
public func flushDenormals() -> UInt64 {
  lockstep_flush_denormals()
}

/// Puts back the floating-point mode that `flushDenormals` found.
public func restoreFloatMode(_ mode: UInt64) {
  lockstep_restore_float_mode(mode)
}

/// Lets the core's other thread go ahead for a moment, for loops that wait.
public func relax() {
  lockstep_pause()
}

/// The instruction sets that this module was compiled for and the running processor lacks.
///
/// Empty where all is well, and always on arm64. To be called before anything else of this module.
@_alwaysEmitIntoClient
public func missingInstructionSets() -> [String] {
  // This body is compiled into the caller, without the kernels' flags: in here it could itself be
  // made of instructions that the processor lacks.
  let missing = lockstep_missing_instruction_sets(requiredInstructionSets())
  var names: [String] = []
  var bit: UInt32 = 0
  while let name = lockstep_instruction_set_name(bit) {
    if missing & (1 << bit) != 0 { names.append(String(cString: name)) }
    bit += 1
  }
  return names
}

/// The instruction sets that this module was compiled for, a bit each: one constant, so safe anywhere.
@inline(never)
@usableFromInline
func requiredInstructionSets() -> UInt32 {
  UInt32(truncatingIfNeeded: lockstep_compiled_instruction_sets)
}
