"""`python -m benchmarks`, run by `make bench`: makes the ground, then runs `benchmarks.figures` on it."""

import runpy

from benchmarks.ground import ground

if __name__ == "__main__":
    with ground():
        runpy.run_module("benchmarks.figures", run_name="__main__")
