extension Run {
  /// What to do beside what the recipe says.
  public struct Options: Sendable {
    /// Stop when this many updates are done in all.
    public var steps: Int?
    /// Who does the work; nil for as many as the run finds the fastest.
    public var workers: Workers?
    /// The folder of caches, in which a run keeps how many workers were the fastest; nil for none.
    public var cacheFolder = WorkerCache.standardFolder
    /// How the fastest number of workers is found.
    var probe = WorkerProbe()
    /// Go on from the newest intact checkpoint.
    public var resumes = false
    /// Go on though data or recipe are not those of the checkpoint.
    public var allowsChanges = false
    /// Raised by whoever wants the run to stop after the step it is in.
    public var stop = StopFlag()

    /// All of it as usual.
    public init() {}
  }
}
