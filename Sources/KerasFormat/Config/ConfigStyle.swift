/// For whom a config is written.
public enum ConfigStyle: Sendable, Hashable {
  /// Keras 3's `config.json`, with the module of every class.
  case archive
  /// Keras 3's `model_config` in legacy HDF5 files, where layers have no modules.
  case keras3
  /// Keras 2, tf.keras and tf_keras: lists of nodes, `batch_input_shape`, no key that they lack.
  case keras2
}
