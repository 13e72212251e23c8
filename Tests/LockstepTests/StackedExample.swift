import Lockstep

func printStackedCells() throws {
  let x = (1...12).map { Float($0) / 10 }  // two sequences of three steps with two numbers
  let cells = StackedRNNCells([LSTMCell(LSTM(4)), LSTMCell(LSTM(5))])
  var model = Functional(name: "stacked")
  let sequence = model.input("x", Shape([3, 2]))
  let y = model.call(RNN(cells) { ($0.returnSequences, $0.returnState) = (true, true) }, sequence)
  model.outputs = (0...4).map { y.output($0) }
  let network = try model.network(rows: 2)
  let weights = Arena(count: network.parameterCount)
  network.initialize(weights, seed: 0)
  let results = Inference(network, weights: weights).outputs([x], rows: 2)
  print("output", [2, 3, 5], results[0])
  print("states h and c of the cell of 4 units", [2, 2, 4], results[1], results[2])
  print("states h and c of the cell of 5 units", [2, 2, 5], results[3], results[4])
}
