"""A file with several vehicles from several tabs and workers at once: one file, one run, one order for each line."""

from functools import partial

from outbox.models import Message
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_as_machine, acting_in
from tests.support.database import in_threads
from tests.support.people import Cast
from tests.transactions.bulk_making import a_csv, confirmed, lines, received, visited
from tests.transactions.making import typed
from transactions.models import BulkFile, Order
from transactions.services import bulk


def test_a_file_from_four_tabs_and_four_workers_is_sent_once(committed_cast: Cast) -> None:
    cast = committed_cast
    content = a_csv([typed(vehicle(), seller=cast.house.cnpj) for _ in range(3)])
    files = in_threads(*[partial(received, cast, content)] * 4)
    assert [type(file) for file in files] == [BulkFile] * 4
    assert len({file.pk for file in files if isinstance(file, BulkFile)}) == 1
    (file,) = {file for file in files if isinstance(file, BulkFile)}
    visited("bulk.check")
    assert in_threads(*[partial(confirmed, cast, file)] * 4) == [None] * 4
    with acting_as_machine():
        assert Message.objects.filter(topic="bulk.send").count() == 1

    def send() -> str:
        with acting_in(cast.house):
            return bulk.send_line(line_id=first.pk).state

    first = lines(cast, file)[0]
    assert in_threads(*[send] * 4) == ["sent"] * 4
    visited("bulk.send")
    with acting_in(cast.house):
        assert Order.objects.count() == 3
