"""Every figure in turn. Ends with status 1 when one misses its bound."""

import io
import logging
import sys

from autotech.celery import app
from benchmarks import draining, listing, submitting
from benchmarks.measure import Report
from tests.support.people import make_cast


def main() -> int:
    for handler in logging.getLogger().handlers:  # the portal's access log: written, but not between the figures
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(io.StringIO())
    report, cast = Report(), make_cast()
    for figure in (draining, submitting, listing):
        figure.run(report, cast)
    app.control.purge()  # the doorbells that nobody heard
    if report.missed:
        print("\nMissed: " + "; ".join(report.missed))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
