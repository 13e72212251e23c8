/// The version of the command and the library.
public let lockstepVersion = "0.1.0"
