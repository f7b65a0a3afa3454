"""`manage.py draw_states`: the order's life as a picture, from the table that decides it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from transactions.models.order import STATE_LABELS
from transactions.states import LIVE, ORDER, TABS, State

PAGE = Path("docs/states/order.md")
START = State.QUEUED


def drawing() -> str:
    """The whole page, with its mermaid diagram and one line per state."""
    final = ORDER.final(State)
    moves = "\n".join(f"    {before} --> {after}: {action}" for (before, action), after in ORDER.table.items())
    ends = "\n".join(f"    {state} --> [*]" for state in State if state in final)
    rows = "\n".join(
        f"| `{state}` | {STATE_LABELS[state]} | `{TABS[state]}` | {'yes' if state in LIVE else 'no'} |"
        for state in State
    )
    return f"""# The life of an order

Drawn from `transactions/states.py` by `manage.py draw_states`; a test fails when it is not current. What is absent
from the table is forbidden.

```mermaid
stateDiagram-v2
    [*] --> {START}: submit
{moves}
{ends}
```

| state | in Portuguese | list | live |
| --- | --- | --- | --- |
{rows}
"""


class Command(BaseCommand):
    help = "Draws docs/states/order.md from the order's table of moves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the page is current")

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.ROOT / PAGE
        if options["check"]:
            if page.read_text("utf-8") != drawing():
                raise CommandError(f"{PAGE} is not current: run manage.py draw_states.")
            return
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(drawing(), "utf-8")
