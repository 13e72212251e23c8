#!/usr/bin/env python3
"""Makes the reference results that the tests compare with, by real Keras, from random weights and data.

    $(tools/python-env keras) tools/make-references.py [--out Tests/NetworksTests/Fixtures] [--only NAME]

NAME is one of the files: layers, activations, around, dropout, sequences, cells, losses, metrics,
optimizers, schedules, engine.

Every file is HDF5 in its earliest format with contiguous datasets, and string attributes of fixed length.
Attributes hold text or JSON. Numbers are float32, or float64 where the name begins with f64_; classes are int32.
The root has the attributes `keras_version` and `backend`; every case is a group below /cases.
`X (+ f64_X)` below: X as Keras computes it in float32, f64_X the same from the same numbers in float64.
A gradient is that of the scalar named in brackets. "flat" means: all the weights' numbers in one vector,
weight by weight in the model's order, each in row-major order; the dataset `weights` has an
attribute `variables`, JSON [[path, shape], …], that says where each begins. Shapes: n rows, T steps.

layers.h5      networks without dropout (training=False)
  @layers      JSON [{"class_name", "config": only what differs from Keras's defaults}, …]
  @config      on most cases: `model_config` as Keras writes it in a whole-model HDF5 file
  @loss        JSON {"class_name", "config"}
  inputs [n,T,features] or [n,features];  targets;  sample_weight [n] or [n,T] in some
  weights      flat, with @variables
  outputs, loss, input_gradient, gradients (flat)  [loss]                  (+ f64_ each)
  adam         in some: the weights, flat, after 3 steps of Adam(0.01) on this batch  (+ f64_adam)
  first_inputs, first_outputs (+ f64_)  in stateful cases: an earlier batch. Everything else is about the
               second batch, which starts from the first one's state; the state is a constant for the gradients.

activations.h5 as layers.h5: every activation that layers.h5 does not have

around.h5      one layer of those that Keras puts around recurrent ones, with dropout off
  @layer       JSON {"class_name", "config": only what differs from Keras's defaults};  @keras_config: all of it
  @masked      JSON: the inputs that go through Masking first;  @training JSON: whether batches are measured
  inputs_0 …   [n, …] each;  weights flat, with @variables;  output_gradient
  outputs, input_gradient_0 …, gradients (flat, of trained weights alone)  [sum(outputs · output_gradient)]
               (+ f64_ each);  mask [n,T]: the mask that the output carries, if any
  weights_after  (flat, + f64_) in training: with what the batch measured

dropout.h5     one recurrent layer in training, with the masks (values 0 or 1/(1-rate)) that ours draw
  @layers, inputs, weights as above
  @noise          JSON {"seed", "step", "row"}: where our masks are drawn; row is that of the first row
  input_mask      [1,n,features], or [gates,n,features] if recurrent_dropout is on; absent without dropout
  recurrent_mask  [gates,n,units]; absent without recurrent_dropout. Gates in Keras's order; SimpleRNN has one.
  output_gradient what the outputs' gradient is
  outputs, input_gradient, gradients (flat)  [sum(outputs · output_gradient)]    (+ f64_ each)

sequences.h5   layers one after the other, the last with given states in some; inputs with masked steps
  @layers      JSON: what Keras serializes each layer to
  @objects     JSON: the dataset of each weight in Keras 3's weights file
  inputs [n, …], state_I [n, units] in some;  weights as above
  output_gradient_I  what the gradient of output I is
  outputs_I, input_gradient, state_gradient_I, gradients (flat)
               [Σ sum(outputs_I · output_gradient_I)]                         (+ f64_ each)

cells.h5       layers that Keras does not have, by numpy in float64 with gradients by complex steps: as
               sequences.h5, with @layers in the words of our configs, and no states that are given

losses.h5      losses of predictions that are no layer's output (so: from probabilities where Keras says so)
  @loss;  predictions, targets, sample_weight in some
  value, gradient [value] with respect to predictions, unreduced: weight · loss of each sample or step
               (+ f64_ each, but for the …_clipped cases: 1 - 1e-7 is another number in float32)

metrics.h5     @metric (the Keras class, or "accuracy": what compile() picks for it); @config of the class's
               object as Keras writes it;
               predictions, targets, sample_weight in some: [2, …], two batches;
               results [2] after each batch (+ f64_results)

optimizers.h5  root: weights (flat; @shapes JSON), gradients [6, count] (flat) for six steps
  @optimizer   JSON {"class_name", "config": complete}
  steps        [6, count] the weights, flat, after every step (+ f64_steps: the exact formulas)
  slots        the optimizer's variables at the end without iteration and learning_rate, flat, with @variables

engine.h5      models with several outputs, masks, penalties, constraints or frozen layers, as compile() makes them
               with SGD(0.1, momentum=0.9, weight_decay=0.01, global_clipnorm=0.7)
  inputs_I, targets_I, sample_weight_I in some, for each input and output;  weights (flat)
  loss, gradients (flat, trainable weights only)  [loss]  as compute_loss gives them       (+ f64_ each)
  values       what evaluate() reports, in the order of @names (JSON, sorted)              (+ f64_values)
  trained      all weights, flat, after 3 times train_on_batch                             (+ f64_trained)

schedules.h5   @schedule JSON {"class_name", "config"}; rates [31]: steps 0 … 30 (+ f64_rates: the formulas)
"""
import argparse
import importlib
from pathlib import Path

FILES = [
    "layers", "activations", "around", "dropout", "sequences", "cells", "losses", "metrics",
    "optimizers", "schedules", "engine"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    fixtures = Path(__file__).resolve().parent.parent / "Tests/NetworksTests/Fixtures"
    parser.add_argument("--out", type=Path, default=fixtures, help="the folder for the files")
    parser.add_argument("--only", choices=FILES, help="make this file alone")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in [arguments.only] if arguments.only else FILES:
        path = arguments.out / f"{name}.h5"
        count = importlib.import_module(f"references.{name}").make(path)
        print(f"{path}: {count} cases, {path.stat().st_size // 1024} KiB", flush=True)


if __name__ == "__main__":
    main()
