"""Has the real TensorBoard read what runs have written for it, and compares it with their own files.

    tensorboard-check.py RUN …

For each run: the numbers of every epoch equal history.csv, those of single batches and the samples equal
log.jsonl, each weight has a histogram that counts all of its numbers, and a resumed run shows no step
twice. Prints 'N passed, N failed'.
"""
import csv
import json
import pathlib
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing import event_file_loader
from tensorboard.util import tensor_util

SIZES = {"size_guidance": {"tensors": 0}}


def accumulated(folder):
    events = EventAccumulator(str(folder), **SIZES)
    events.Reload()
    return events


def scalars(events, tag):
    """Step and number of each event."""
    return [(event.step, float(tensor_util.make_ndarray(event.tensor_proto)))
            for event in events.Tensors(tag)]


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def log(run, kind):
    """The last event of a kind for each step, in order of the steps."""
    found = {}
    for line in (run / "log.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == kind:
            found[event["step"], event.get("prime")] = event
    return [found[key] for key in sorted(found, key=str)]


def plugins(events):
    return {tag: events.SummaryMetadata(tag).plugin_data.plugin_name
            for tag in events.Tags()["tensors"]}


def check_epochs(run, train, validation):
    with open(run / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in rows[0]:
        if name in ("epoch", "step", "seconds"):
            continue
        expected = [(int(row["epoch"]) - 1, single(float(row[name]))) for row in rows]
        part, tag = (validation, name[4:]) if name.startswith("val_") else (train, name)
        found = scalars(part, f"epoch_{tag}")
        yield f"epoch_{name} is {found[:3]}…, expected {expected[:3]}…", found == expected
        if part is validation:
            expected = [(int(row["step"]), single(float(row[name]))) for row in rows]
            found = scalars(validation, f"evaluation_{tag}_vs_iterations")
            yield f"evaluation_{tag}_vs_iterations", found == expected


def check_steps(run, train):
    steps = sorted(log(run, "step"), key=lambda event: event["step"])
    for tag, key in (("batch_loss", "loss"), ("gradient_norm", "gradient_norm"),
                     ("learning_rate", "learning_rate")):
        expected = [(event["step"], single(event[key])) for event in steps]
        yield f"{tag}: {len(expected)} steps", scalars(train, tag) == expected


def check_samples(run, train):
    for sample in log(run, "sample"):
        prime = sample.get("prime")
        tag = f"samples/{prime}" if prime is not None else "samples"
        texts = {event.step: event.tensor_proto.string_val[0].decode()
                 for event in train.Tensors(tag)}
        yield f"{tag} at step {sample['step']}", texts.get(sample["step"]) == sample["text"]


def check_histograms(train):
    tags = [tag for tag, plugin in plugins(train).items() if plugin == "histograms"]
    for tag in tags:
        counts = set()
        for event in train.Tensors(tag):
            array = tensor_util.make_ndarray(event.tensor_proto)
            counts.add(array[:, 2].sum())
            rising = (array[:, 0] < array[:, 1]).all() and (abs(array[1:, 0] - array[:-1, 1]) < 1e-6).all()
            yield f"{tag} at step {event.step}", array.shape[1] == 3 and rising
        yield f"{tag} counts {counts}", len(counts) == 1 and counts != {0}


def check(run):
    train, validation = (accumulated(run / "tensorboard" / part) for part in ("train", "validation"))
    kinds = set(plugins(train).values()) | set(plugins(validation).values())
    yield f"the plugins {kinds}", kinds <= {"scalars", "text", "histograms"} and "scalars" in kinds
    yield from check_epochs(run, train, validation)
    yield from check_steps(run, train)
    yield from check_samples(run, train)
    yield from check_histograms(train)
    for file in (run / "tensorboard").glob("*/events*"):
        events = list(event_file_loader.EventFileLoader(str(file)).Load())
        yield f"{file.name} has {len(events)} events", events[0].file_version == "brain.Event:2"


def main():
    counts = {True: 0, False: 0}
    for run in sys.argv[1:]:
        for sentence, good in check(pathlib.Path(run)):
            counts[bool(good)] += 1
            if not good:
                print(f"FAIL {run}: {sentence}")
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 0 if counts[True] and not counts[False] else 1


if __name__ == "__main__":
    sys.exit(main())
