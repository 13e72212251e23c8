import ArgumentParser
import Training

/// The command and its subcommands.
struct Lockstep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lockstep",
    abstract: "Trains LSTM networks on all cores, and writes what Keras opens.",
    usage: """
      lockstep dataset maxmin -o FILE
      lockstep train RECIPE
      lockstep plot RUN ...
      lockstep report|top RUN
      lockstep evaluate|predict MODEL DATA
      lockstep generate MODEL
      lockstep analyze impulse|gates|chow|activations …
      lockstep inspect|fingerprint FILE
      lockstep convert IN OUT
      lockstep verify MODEL EXPECTED
      lockstep diff A B
      """,
    discussion: """
      A recipe in YAML says what is trained on which HDF5 file; 'train' makes a directory for the \
      run with history.csv, checkpoints and model.h5, all of which Keras and other programs read. \
      The numbers depend on recipe, data and seed, never on the number of workers.

      EXIT CODES
        0    done
        1    'diff' has found differences
        64   the command line makes no sense
        65   a dataset, model or recipe holds something that cannot be used
        66   an input file is missing or cannot be opened
        69   this machine lacks something: processor instructions, gnuplot
        70   training diverged (a number is not finite), or a mistake of our own
        73   a result cannot be created
        74   reading or writing failed on the way
        130  stopped by Ctrl-C; a checkpoint was written
        143  stopped by SIGTERM; a checkpoint was written
      """,
    version: lockstepVersion,
    subcommands: [
      DatasetCommand.self, TrainCommand.self, EvaluateCommand.self, PredictCommand.self,
      PlotCommand.self, GenerateCommand.self, ReportCommand.self, TopCommand.self,
      AnalyzeCommand.self,
      InspectCommand.self, ConvertCommand.self, VerifyCommand.self, DiffCommand.self,
      FingerprintCommand.self, BenchCommand.self,
    ])
}
