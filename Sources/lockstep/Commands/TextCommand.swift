import ArgumentParser
import Foundation
import Training

/// `lockstep dataset text`: text as a file of tokens.
struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text", abstract: "Text as tokens, to train language models on.",
    usage: """
      lockstep dataset text FILE ... -o OUT.h5 [--level char|word]
                            [--clean tutorial] [--min-count N]
      """,
    discussion: """
      /tokens has the ids of characters or words in the smallest type of numbers, /vocabulary \
      what each id means, /documents where documents begin, if there are several: each FILE is \
      one, and --document-separator ends one. Text must be UTF-8; a character is a Unicode \
      scalar. Words are what stands between white space, the most frequent first; <unk> stands \
      for those that have no entry.

      --clean tutorial makes everything lower case, takes punctuation and symbols as white space \
      but for hyphens and apostrophes, and folds white space.

      Entropies are printed in nats and bits a token: what a guess costs that knows how often \
      each token is (unigram), or also the token before it (bigram).
      """)

  @Argument(help: "Texts in UTF-8.", completion: .file()) var texts: [String]
  @Option(name: .shortAndLong, help: "The HDF5 file to write; one that exists is replaced.")
  var output: String
  @Option(help: "What a token is: char or word; char unless --vocabulary says.")
  var level: Vocabulary.Level?
  @Option(
    help: ArgumentHelp(
      "Give an entry to what is seen more often than this.", valueName: "n"))
  var minCount: Int?
  @Option(help: "How the text is cleaned: none or tutorial.") var clean: TextCleaning?
  @Option(
    help: ArgumentHelp(
      "Use the entries of another text, or of a model's.", valueName: "file"),
    completion: .file())
  var vocabulary: String?
  @Option(
    help: ArgumentHelp(
      "What ends a document; \\n is a line's end.", valueName: "text"))
  var documentSeparator: String?
  @Option(help: ArgumentHelp("Leave out the first bytes of each FILE.", valueName: "bytes"))
  var skip = 0
  @Option(
    help: ArgumentHelp("The file for the tokens behind --train-fraction.", valueName: "file"))
  var validation: String?
  @Option(
    help: ArgumentHelp("The part of the tokens that is trained on; 0.9.", valueName: "part"))
  var trainFraction: Double?
  @Option(
    help: ArgumentHelp(
      "Validate with the end of each of n equal parts; of the whole.", valueName: "n"))
  var validationParts: Int?

  func validate() throws {
    guard !texts.isEmpty else { throw ValidationError("Name a text.") }
    guard skip >= 0 else { throw ValidationError("--skip must not be negative.") }
    guard minCount ?? 0 >= 0 else { throw ValidationError("--min-count must not be negative.") }
    guard documentSeparator != "" else {
      throw ValidationError("--document-separator must not be empty.")
    }
    guard vocabulary == nil || (level == nil && minCount == nil && clean == nil) else {
      throw ValidationError(
        "--vocabulary says level, entries and cleaning; leave --level, --min-count and --clean out."
      )
    }
    guard trainFraction == nil && validationParts == nil || validation != nil else {
      let option = trainFraction == nil ? "validation-parts" : "train-fraction"
      throw ValidationError("--\(option) needs --validation FILE for the rest.")
    }
    guard validationParts ?? 1 > 0 else {
      throw ValidationError("--validation-parts must be positive.")
    }
    if let trainFraction, !(trainFraction > 0 && trainFraction < 1) {
      throw ValidationError("--train-fraction must be between 0 and 1, not \(trainFraction).")
    }
    guard validation == nil || validation != output else {
      throw ValidationError("--validation and --output must be two files.")
    }
  }

  func run() throws {
    var source = TextSource(paths: texts)
    source.skip = skip
    source.separator = documentSeparator.map(Self.unescaped)
    var conversion = TextConversion(source)
    conversion.level = level ?? .char
    conversion.cleaning = clean ?? .none
    conversion.minimumCount = minCount
    conversion.vocabulary = try vocabulary.map { path throws in try Vocabulary(path: path) }
    conversion.trainFraction = trainFraction ?? 0.9
    conversion.parts = validationParts ?? 1
    for facts in try conversion.write(to: output, validation: validation) { print(facts) }
  }

  private func print(_ facts: TextFacts) {
    let noun = facts.vocabulary.level.noun
    Output.line("\(facts.path)")
    Output.line("  tokens      \(Format.count(facts.tokens)) \(noun)s")
    Output.line("  vocabulary  \(Format.count(facts.vocabulary.count)) entries")
    if facts.vocabulary.unknown != nil {
      Output.line("  coverage    " + String(format: "%.2f %%", 100 * facts.coverage))
    }
    if facts.documents > 1 { Output.line("  documents   \(Format.count(facts.documents))") }
    Output.line("  unigrams    \(Self.entropy(facts.unigramEntropy, noun))")
    Output.line("  bigrams     \(Self.entropy(facts.bigramEntropy, noun))")
  }

  private static func entropy(_ nats: Double, _ noun: String) -> String {
    String(format: "%.4f nats, %.4f bits a \(noun)", nats, nats / log(2))
  }

  /// A text in which `\n`, `\t`, `\r` and `\\` stand for one character each.
  static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      switch (isEscaped, scalar) {
      case (false, "\\"):
        isEscaped = true
        continue
      case (true, "n"): result.append("\n")
      case (true, "t"): result.append("\t")
      case (true, "r"): result.append("\r")
      case (true, "\\"): result.append("\\")
      case (true, let other): result.append(contentsOf: ["\\", other])
      case (false, let other): result.append(other)
      }
      isEscaped = false
    }
    if isEscaped { result.append("\\") }
    return String(result)
  }
}

extension Vocabulary.Level: ExpressibleByArgument {}
extension TextCleaning: ExpressibleByArgument {}
