"""Holds the groups described in the files named, lowest first, until it is ended; prints `held` when all are ready."""

import sys
import time
from contextlib import ExitStack
from pathlib import Path

from devtools.environment import base
from devtools.hold import held
from devtools.keeper import Group
from devtools.places import Trouble
from devtools.running import Ended, listen_to_signals


def main(specs: list[str]) -> int:
    listen_to_signals()
    try:
        with ExitStack() as stack:
            groups = [Group.load(Path(spec).read_text()) for spec in specs]
            holds = [stack.enter_context(held(lambda group=group: group, group=group, env=base())) for group in groups]
            sys.stdout.write("held\n")
            sys.stdout.flush()
            while not any(hold.trouble() for hold in holds):
                time.sleep(0.05)
            raise Trouble("\n".join(hold.trouble() for hold in holds))
    except Trouble as trouble:
        sys.stdout.write(f"{trouble}\n")
        return 1
    except (Ended, KeyboardInterrupt):
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
