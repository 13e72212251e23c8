"""Where the scripts beside it find the command and the Python environments of the peers."""
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent


def command():
    """The command: LOCKSTEP, or a build of this checkout."""
    if os.environ.get("LOCKSTEP"):
        return os.environ["LOCKSTEP"]
    for mode in ("release", "debug"):
        path = TOP / ".build" / mode / "lockstep"
        if path.exists():
            return str(path)
    sys.exit("there is no .build/*/lockstep; run swift build first")


def environment(peer):
    """The python of a peer's environment; see tools/python-env."""
    return subprocess.run(
        [TOP / "tools/python-env", peer], check=True, capture_output=True, text=True).stdout.strip()
