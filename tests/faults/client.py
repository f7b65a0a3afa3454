"""A client that sends each order until it is told that it was taken, in a process of its own.

The plan holds one JSON line for each order: the house's key and what was typed. For each one taken a line with its
number and chassis goes to standard output.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.db import Error, connection

from kernel.db.transactions import scoped
from tenants.models import Establishment
from tests.transactions.making import ANA
from transactions.models import Order
from transactions.rules.reading import read_order
from transactions.services.submit import submit_order

COMMAND = "import sys, django; django.setup(); from tests.faults.client import main; main(sys.argv[1])"

PATIENCE = 120.0


def take(line: dict[str, Any]) -> str:
    """The number of the order: the one that is there from an attempt without an answer, or a new one."""
    facts, problems = read_order("sale_intention", line["words"], has_scan=False)
    assert problems == []
    with scoped(ecosystem_id=line["ecosystem"], establishment_id=line["establishment"]):
        there = Order.objects.filter(chassis=facts.vehicle.chassis, kind="sale_intention").first()
        if there is None:
            house = Establishment.objects.get(pk=line["establishment"])
            there = submit_order(establishment=house, agency_code="detran-mg", facts=facts, actor=ANA)
        return there.number


def main(plan: str) -> None:
    for text in Path(plan).read_text().splitlines():
        line = json.loads(text)
        limit = time.monotonic() + PATIENCE
        while True:
            try:
                number = take(line)
                break
            except Error:
                assert time.monotonic() < limit, "The database did not come back."
                connection.close()
                time.sleep(0.1)
        sys.stdout.write(json.dumps({"number": number, "chassis": line["words"]["chassis"]}) + "\n")
        sys.stdout.flush()
        time.sleep(line["pause"])
