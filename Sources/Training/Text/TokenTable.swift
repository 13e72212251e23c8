import Foundation

/// Counts the tokens of a text, and how often each follows each.
struct TokenTable {
  /// The tokens in the order in which they were first seen.
  private(set) var tokens: [String] = []
  /// How often each was seen.
  private(set) var counts: [Int] = []
  /// How many tokens were seen in all.
  private(set) var total = 0
  private var numbers: [TokenKey: Int] = [:]

  /// Adds a token.
  mutating func add(_ token: String) {
    total += 1
    let number = numbers[TokenKey(token)] ?? tokens.count
    if number == tokens.count {
      numbers[TokenKey(token)] = number
      tokens.append(token)
      counts.append(1)
    } else {
      counts[number] += 1
    }
  }

  /// The tokens that were seen more than `minimum` times: characters by their numbers, words by how
  /// often they were seen, the most frequent first, and words seen as often in their order.
  func entries(level: Vocabulary.Level, seenMoreThan minimum: Int) -> [String] {
    let kept = tokens.indices.filter { counts[$0] > minimum }
    let before = { (one: Int, other: Int) in
      tokens[one].unicodeScalars.lexicographicallyPrecedes(tokens[other].unicodeScalars)
    }
    return kept.sorted { one, other in
      level == .char || counts[one] == counts[other]
        ? before(one, other) : counts[one] > counts[other]
    }.map { tokens[$0] }
  }
}

/// How well a text is guessed by who knows only how often its tokens are: the naive baselines.
struct TokenStatistics {
  private var counts: [Int]
  private var pairs: [UInt64: Int] = [:]
  private var last: Int?
  /// How many tokens were seen.
  private(set) var total = 0
  /// How many of them follow another of the same document.
  private var following = 0
  /// How often each token is the first of a pair.
  private var firsts: [Int]

  /// Nothing seen of `vocabulary` tokens.
  init(vocabulary: Int) {
    counts = Array(repeating: 0, count: vocabulary)
    firsts = counts
  }

  /// Adds a token.
  mutating func add(_ id: Int) {
    counts[id] += 1
    total += 1
    if let last {
      pairs[UInt64(last) << 32 | UInt64(id), default: 0] += 1
      firsts[last] += 1
      following += 1
    }
    last = id
  }

  /// Ends a document: what comes next follows nothing.
  mutating func endDocument() { last = nil }

  /// How often a token was seen.
  func count(of id: Int) -> Int { counts[id] }

  /// -Σ p ln p over the tokens, in nats.
  var unigramEntropy: Double { Self.entropy(counts, total) }

  /// The entropy of a token when the one before it is known, in nats.
  var bigramEntropy: Double {
    // H(a, b) - H(a), added up in one order whatever the dictionary's is.
    max(0, Self.entropy(pairs.values.sorted(), following) - Self.entropy(firsts, following))
  }

  private static func entropy(_ counts: [Int], _ total: Int) -> Double {
    guard total > 0 else { return 0 }
    let sum = counts.reduce(0.0) { $1 > 0 ? $0 + Double($1) * log(Double($1)) : $0 }
    return max(0, log(Double(total)) - sum / Double(total))
  }
}
