"""Work for the tests of the pool: functions of a module, as the processes need them."""

import os
import sys
import time
from pathlib import Path


def nap(seconds, mark=""):
    """Sleep, and say when it began and which process did it by a line in a file."""
    if mark:
        with Path(mark).open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {time.time()}\n")
    time.sleep(seconds)
    return seconds


def begun(mark):
    """How often a nap with this mark began."""
    return len(Path(mark).read_text(encoding="utf-8").splitlines()) if Path(mark).exists() else 0


def fail(text):
    raise ValueError(text)


def fail_once(mark):
    """Fail the first time, work the next."""
    if not Path(mark).exists():
        Path(mark).touch()
        raise ValueError("the first time")
    return "done"


def die():
    os._exit(9)


def block(size):
    return b"x" * size


def pid(_turn=0):
    return os.getpid()


def main_module():
    import __main__

    return getattr(__main__, "__file__", "")


def niceness():
    return os.nice(0)


def version_of(tables):
    return tables.version


def raised(error):
    raise error


def loaded():
    return {name.split(".")[0] for name in sys.modules}
