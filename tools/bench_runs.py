"""What the benchmarks share: options, the command in release mode, the peers, rounds, and the machine."""
import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import time

from lockstep_paths import TOP, environment

FOREIGN = ("OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def parser(text):
    """A parser whose help is a script's own text."""
    return argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)


def listed(options, text, known, what):
    """The names between commas; leaves with a sentence where one is unknown."""
    names = text.split(",")
    for name in names:
        if name not in known:
            options.error(f"there is no {what} '{name}'; choose from {', '.join(known)}")
    return names


def finish(faults):
    """Tells what is not as it should be, and leaves with code 1 if anything is."""
    for fault in faults:
        print(f"{program()}: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


@functools.cache
def release():
    """The command: LOCKSTEP as it is, or this checkout built in release mode."""
    if os.environ.get("LOCKSTEP"):
        return os.path.abspath(os.environ["LOCKSTEP"])
    subprocess.run(["swift", "build", "-c", "release", "--product", "lockstep"], cwd=TOP, check=True, stdout=sys.stderr)
    return str(TOP / ".build/release/lockstep")


def own_environment():
    """This process's variables without settings for libraries: those for one program's are not for another's."""
    return {k: v for k, v in os.environ.items() if k not in FOREIGN}


def said(*arguments):
    """What a command prints; ends with its last words if it fails."""
    words = [str(a) for a in arguments]
    done = subprocess.run(words, cwd=TOP, env=own_environment(), capture_output=True, text=True)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        sys.exit(f"{program()}: running '{' '.join(words)}' ended with code {done.returncode}:\n{last}")
    return done.stdout


def row(*arguments):
    """The JSON object on the last line that a command prints."""
    return json.loads(said(*arguments).splitlines()[-1])


def bench(*options):
    """A measurement by `lockstep bench`."""
    return row(release(), "bench", *options, "--json")


python_of = functools.cache(environment)


def peer(name, script, *options):
    """A measurement by a script of tools/, in a peer's environment."""
    return row(python_of(name), TOP / "tools" / f"bench-{script}.py", *options)


def sgemm(size, seconds):
    """OpenBLAS's product of two squares on all cores, as NumPy brings it."""
    return peer("keras", "sgemm", "--size", size, "--seconds", seconds)


def in_rounds(count, names, measure, what=""):
    """(round, name, measurement) of every name in each round; every other round goes the other way."""
    for number in range(count):
        for name in names if number % 2 == 0 else list(reversed(names)):
            print(f"{program()}: {what}round {number + 1} of {count}, {name}", file=sys.stderr)
            yield number, name, measure(name)


def undisturbed(measure, speed, least, tries=40, pause=1):
    """A measurement right before and right after which the machine reached the `least` speed, as if it were idle.

    A disturbed measurement is made again; the last of the tries counts as it is, marked "disturbed".

    >>> speeds = iter([9, 5, 9, 8])
    >>> undisturbed(lambda: {"median_ms": 2}, lambda: next(speeds), 8, pause=0)
    {'median_ms': 2, 'disturbed': False}
    """
    for _ in range(tries - 1):
        if speed() >= least:
            row = measure()
            if speed() >= least:
                return row | {"disturbed": False}
        else:
            time.sleep(pause)
    return measure() | {"disturbed": True}


def ratio(above, below):
    """The median of the ratios of measurements that were made side by side.

    >>> ratio([2, 4, 9], [1, 2, 3])
    2.0
    """
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def machine():
    """The processor, how many cores this process may use, and the date."""
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"processor": names[0] if names else "unknown", "cores": len(os.sched_getaffinity(0)),
            "date": time.strftime("%Y-%m-%d")}


def described(found):
    return f"{found['processor']}, {found['cores']} cores, {found['date']}"


def program():
    return os.path.basename(sys.argv[0])
