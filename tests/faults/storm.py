"""`python -m tests.faults.storm --seed N --orders N --seconds N`: everything fails at once, and the books must agree.

The whole portal with a PostgreSQL of its own; clients send orders and insist; processes are killed, Redis forgets, the
agency loses answers, commits late, talks nonsense and goes away. Then the storm ends, and the agency's ledger is
compared with our orders. Run inside `dev.py run`; ends with status 1 and the differences when there are any.
"""

import argparse
import importlib
import os
import random
import sys
from collections.abc import Sequence

import django

from tests.faults.cluster import Cluster
from tests.stack.stack import Stack


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.faults.storm")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=400.0, help="how long things are killed, at most")
    parser.add_argument("--kills", type=int, default=6, help="the floor: fewer make the storm fail")
    parser.add_argument("--calm", type=float, default=300.0, help="seconds until all must be final")
    given = parser.parse_args(words)
    sys.stdout.write(f"storm: seed {given.seed}, {given.orders} orders, {given.seconds:.0f} s" + "\n")
    with Cluster() as cluster:
        os.environ["DATABASE_URL"], os.environ["OWNER_DATABASE_URL"] = cluster.url, cluster.owner_url
        stack = Stack(cluster.url, database="storm")
        os.environ.update({name: stack.env[name] for name in ("REDIS_URL", "DOCUMENTS_DIR", "MAIL_DIR", "OUTBOX_PACE")})
        django.setup()  # the settings read the environment once, so only now
        weather = importlib.import_module("tests.faults.weather")
        plan = weather.Plan(given.seed, given.orders, given.seconds, given.kills, given.calm)
        return int(weather.Weather(cluster, stack, plan).run())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
