#!/usr/bin/env python3
"""The one launcher: sets the machine up, starts what is needed, runs it, stops it. Standard library only.

It runs before anything is installed; this first page must therefore parse on any Python 3.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)


def newer_python():
    """The path of an interpreter that is new enough and answers, or None."""
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main():
    if sys.version_info < OLDEST:
        path = newer_python()
        if path is None:
            sys.exit(
                f"AutoTech needs Python 3.11 or newer; this is {sys.version.split()[0]}, and PATH has no newer one.\n"
                "On Debian or Ubuntu: apt-get install python3.11 python3.11-venv"
            )
        os.execv(path, [path] + sys.argv)  # noqa: S606  # the same script, by an interpreter just tried
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    from devtools import commands  # its syntax needs the Python checked above

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
