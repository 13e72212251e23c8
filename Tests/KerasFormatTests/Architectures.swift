/// What `model.to_json()` gave for the models of the shared collection whose files hold weights
/// alone, in the words of their Keras.
enum Architectures {
  static let texts: [String: String] = [
    "k122_bidir_gru9": keras1(
      #"""
      {"class_name": "Bidirectional", "config": {"name": "bidirectional_1", "merge_mode": "concat",
        "batch_input_shape": [null, 6, 3], "layer": {"class_name": "GRU",
        "config": {"name": "gru_1", "output_dim": 3, "return_sequences": true}}}},
      {"class_name": "TimeDistributed", "config": {"name": "timedistributed_1",
        "layer": {"class_name": "Dense", "config": {"name": "dense_1", "output_dim": 3}}}},
      {"class_name": "SimpleRNN", "config": {"name": "simplernn_1", "output_dim": 3}},
      {"class_name": "Dense",
       "config": {"name": "dense_2", "output_dim": 2, "activation": "sigmoid"}}
      """#),
    "k122_emb_lm": keras1(
      #"""
      {"class_name": "Embedding", "config": {"name": "embedding_1", "input_dim": 9,
        "output_dim": 4, "input_length": 5, "batch_input_shape": [null, 5]}},
      {"class_name": "LSTM",
       "config": {"name": "lstm_1", "output_dim": 4, "return_sequences": true}},
      {"class_name": "TimeDistributed", "config": {"name": "timedistributed_1",
        "layer": {"class_name": "Dense",
        "config": {"name": "dense_1", "output_dim": 9, "activation": "softmax"}}}}
      """#),
    "k122_fused": keras1(
      #"""
      {"class_name": "LSTM", "config": {"name": "lstm_1", "output_dim": 4, "input_dim": 3,
        "input_length": 6, "return_sequences": true, "consume_less": "gpu"}},
      {"class_name": "GRU",
       "config": {"name": "gru_1", "output_dim": 3, "consume_less": "gpu"}},
      {"class_name": "Dense", "config": {"name": "dense_1", "output_dim": 2}}
      """#),
    "k224_cudnn": keras2(
      #"""
      {"class_name": "CuDNNLSTM", "config": {"name": "cu_dnnlstm_1", "units": 4,
        "batch_input_shape": [null, 6, 3], "return_sequences": true}},
      {"class_name": "Bidirectional", "config": {"name": "bidirectional_1",
        "merge_mode": "concat", "layer": {"class_name": "CuDNNLSTM",
        "config": {"name": "cu_dnnlstm_2", "units": 2, "return_sequences": true}}}},
      {"class_name": "CuDNNGRU", "config": {"name": "cu_dnngru_1", "units": 3}},
      {"class_name": "Dense", "config": {"name": "dense_1", "units": 2}}
      """#, version: "2.2.4"),
    "k224_functional": functional,
    "k224_gru_both": keras2(gruBoth, version: "2.2.4"),
    "tf213_gru_both": keras2(gruBoth, version: "2.13.1"),
    "tf213_emb_mask_lm": keras2(
      #"""
      {"class_name": "Embedding", "config": {"name": "embedding", "input_dim": 9,
        "output_dim": 4, "mask_zero": true, "input_length": 5, "batch_input_shape": [null, 5]}},
      {"class_name": "LSTM", "config": {"name": "lstm", "units": 4, "return_sequences": true}},
      {"class_name": "Dense", "config": {"name": "dense", "units": 9, "activation": "softmax"}}
      """#, version: "2.13.1"),
  ]

  private static let gruBoth = #"""
    {"class_name": "GRU", "config": {"name": "gru_1", "units": 4, "reset_after": true,
      "recurrent_activation": "sigmoid", "return_sequences": true,
      "batch_input_shape": [null, 6, 3]}},
    {"class_name": "GRU", "config": {"name": "gru_2", "units": 3, "reset_after": false,
      "recurrent_activation": "hard_sigmoid"}},
    {"class_name": "Dense", "config": {"name": "dense_1", "units": 2}}
    """#

  private static let functional = #"""
    {"class_name": "Model", "keras_version": "2.2.4", "backend": "tensorflow", "config":
     {"name": "model_1", "layers": [
      {"class_name": "InputLayer", "name": "a", "inbound_nodes": [],
       "config": {"name": "a", "batch_input_shape": [null, 6, 3]}},
      {"class_name": "Sequential", "name": "inner", "inbound_nodes": [[["a", 0, 0, {}]]],
       "config": {"name": "inner", "layers": [
        {"class_name": "LSTM", "config": {"name": "lstm_1", "units": 3,
         "batch_input_shape": [null, 6, 3], "return_sequences": true}},
        {"class_name": "Dense", "config": {"name": "dense_1", "units": 3}}]}},
      {"class_name": "LSTM", "name": "lstm_2", "inbound_nodes": [[["inner", 1, 0, {}]]],
       "config": {"name": "lstm_2", "units": 4, "return_state": true}},
      {"class_name": "LSTM", "name": "lstm_3", "config": {"name": "lstm_3", "units": 4},
       "inbound_nodes": [[["a", 0, 0, {}], ["lstm_2", 0, 1, {}], ["lstm_2", 0, 2, {}]]]},
      {"class_name": "InputLayer", "name": "b", "inbound_nodes": [],
       "config": {"name": "b", "batch_input_shape": [null, 2]}},
      {"class_name": "Concatenate", "name": "concatenate_1",
       "config": {"name": "concatenate_1", "axis": -1},
       "inbound_nodes": [[["lstm_3", 0, 0, {}], ["b", 0, 0, {}]]]},
      {"class_name": "Dense", "name": "dense_2", "config": {"name": "dense_2", "units": 2},
       "inbound_nodes": [[["concatenate_1", 0, 0, {}]]]}],
      "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["dense_2", 0, 0]]}}
    """#

  private static func keras1(_ layers: String) -> String {
    #"{"class_name": "Sequential", "keras_version": "1.2.2", "config": [\#(layers)]}"#
  }

  private static func keras2(_ layers: String, version: String) -> String {
    #"""
    {"class_name": "Sequential", "keras_version": "\#(version)", "backend": "tensorflow",
     "config": {"name": "sequential_1", "layers": [\#(layers)]}}
    """#
  }
}
