"""Files with several vehicles: everything said at once, confirmed by a person, each line once."""

import time

import pytest

from kernel.failpoints import Died, armed
from tests.sandbox.process import SandboxProcess
from tests.sandbox.specimens import vehicle
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.bulk_making import a_csv, a_zip, confirmed, lines, now, received, told, visited
from tests.transactions.making import submit, typed, vehicle_of
from tests.transactions.pages import orders
from tests.transactions.test_pages_files import NOTES
from transactions.errors import NotNow
from transactions.models import BulkFile, Order
from transactions.rules.bulk import template
from transactions.services import bulk

SAMPLES = sorted(NOTES.glob("*.xml"))
pytestmark = pytest.mark.req("AT-05")


def sales(cast: Cast, many: int) -> list[dict[str, str]]:
    return [typed(vehicle(), seller="") | {"seller_name": "", "seller_email": "v@example.com.br"} for _ in range(many)]


def test_a_good_file_becomes_one_order_for_each_line(cast: Cast) -> None:
    file = received(cast, a_csv(sales(cast, 3)))
    visited("bulk.check")
    assert (now(cast, file).state, [line.state for line in lines(cast, file)]) == ("checked", ["good"] * 3)
    assert orders(cast) == []
    confirmed(cast, file)
    visited("bulk.send")
    sent = lines(cast, file)
    assert now(cast, file).state == "done"
    assert [line.order for line in sent] == orders(cast)
    assert {line.state for line in sent} == {"sent"}
    assert all(line.data == {} for line in sent)
    assert {order.created_by_id for order in orders(cast)} == {cast.ana.pk}


def test_the_dry_run_says_every_problem_of_every_line(cast: Cast) -> None:
    rows = sales(cast, 4)
    rows[0] |= {"plate": "errada", "price": "muito", "buyer_document": "111.111.111-11"}
    rows[1] |= {"crv_number": "", "crv_security_code": ""}
    rows[2] |= {"chassis": rows[3]["chassis"]}
    file = received(cast, a_csv([rows[0], rows[1], rows[3], rows[2]]))
    visited("bulk.check")
    first, second, third, fourth = lines(cast, file)
    assert set(told(first)) == {"plate", "price", "buyer_document"}
    assert next(p for p in first.problems if p["field"] == "plate") == {
        "field": "plate",
        "label": "Placa",
        "value": "errada",
        "code": next(p["code"] for p in first.problems if p["field"] == "plate"),
        "message": told(first)["plate"],
    }
    assert told(second) == {
        "crv_number": "Este DETRAN exige o número do CRV.",
        "crv_security_code": "Este DETRAN exige o código de segurança do CRV.",
    }
    assert third.state == "good"
    assert "linha 4" in told(fourth)["chassis"]
    assert [line.number for line in (first, second, third, fourth)] == [2, 3, 4, 5]


def test_the_same_file_again_leads_to_the_first_and_creates_nothing(cast: Cast) -> None:
    content = a_csv(sales(cast, 2))
    file = received(cast, content)
    assert received(cast, content, name="outro nome.csv").pk == file.pk
    visited("bulk.check")
    confirmed(cast, file)
    confirmed(cast, file)
    visited("bulk.send")
    assert received(cast, content).pk == file.pk
    with acting_in(cast.house), pytest.raises(NotNow):
        bulk.confirm_file(file_id=file.pk, actor=cast.ana.as_actor(), user_id=cast.ana.pk)
    assert len(orders(cast)) == 2


def test_a_line_that_was_sent_before_is_told_and_creates_nothing(cast: Cast) -> None:
    rows = sales(cast, 2)
    order = submit(cast.house, {**rows[0], "seller_document": cast.house.cnpj, "seller_name": "Casa"})
    file = received(cast, a_csv(rows))
    visited("bulk.check")
    first, second = lines(cast, file)
    assert (first.state, first.blocked_by, second.state) == ("bad", order.number, "good")
    assert order.number in told(first)["chassis"]


def test_what_was_sent_elsewhere_between_dry_run_and_sending_fails_in_words_and_may_be_tried_again(cast: Cast) -> None:
    rows = sales(cast, 2)
    file = received(cast, a_csv(rows))
    visited("bulk.check")
    order = submit(cast.house, {**rows[0], "seller_document": cast.house.cnpj, "seller_name": "Casa"})
    confirmed(cast, file)
    visited("bulk.send")
    first, second = lines(cast, file)
    assert (first.state, first.blocked_by, second.state) == ("failed", order.number, "sent")
    confirmed(cast, file)
    visited("bulk.send")
    assert (now(cast, file).state, len(orders(cast))) == ("done", 2)


@pytest.mark.parametrize("place", ["order_made", "line_moved", "line_done"])
def test_a_run_that_dies_between_lines_resumes_and_doubles_nothing(cast: Cast, place: str) -> None:
    file = received(cast, a_csv(sales(cast, 5)))
    visited("bulk.check")
    confirmed(cast, file)
    first = lines(cast, file)[0]
    with acting_in(cast.house):
        bulk.send_line(line_id=first.pk)
        with armed(f"transactions.bulk.{place}"), pytest.raises(Died):
            bulk.send_line(line_id=lines(cast, file)[1].pk)
    assert len(orders(cast)) == (2 if place == "line_done" else 1)
    visited("bulk.send")
    assert [line.state for line in lines(cast, file)] == ["sent"] * 5
    assert len(orders(cast)) == 5
    assert len({order.chassis for order in orders(cast)}) == 5


def test_a_zip_of_notes_tells_what_the_notes_lack(cast: Cast) -> None:
    notes = {f"{n:02}.xml": path.read_bytes() for n, path in enumerate(SAMPLES)} | {"leia.txt": b"nada"}
    file = received(cast, a_zip(notes), name="notas.zip")
    visited("bulk.check")
    found = lines(cast, file)
    assert len(found) >= len(SAMPLES)
    assert {line.state for line in found} == {"bad"}
    assert any("crv_number" in told(line) for line in found)
    assert [line.source for line in found if "" in told(line)][-1] == "leia.txt"


def test_an_unreadable_file_says_why_and_may_be_discarded(cast: Cast) -> None:
    file = received(cast, b"nome;idade\nAna;30\n")
    visited("bulk.check")
    assert now(cast, file).state == "unreadable"
    assert "modelo" in now(cast, file).words
    with acting_in(cast.house):
        bulk.discard_file(file_id=file.pk)
        assert not BulkFile.objects.exists()


def test_the_template_alone_sends_nothing(cast: Cast) -> None:
    file = received(cast, template("sale_intention"))
    visited("bulk.check")
    assert now(cast, file).words == "O arquivo só tem o cabeçalho; preencha uma linha por veículo."


def test_five_hundred_lines_are_judged_in_a_few_seconds(cast: Cast) -> None:
    file = received(cast, a_csv(sales(cast, 500)))
    began = time.monotonic()
    visited("bulk.check")
    assert time.monotonic() - began < 8
    assert len(lines(cast, file)) == 500


def test_two_hundred_lines_reach_the_detran_once_each(cast: Cast, sandbox: SandboxProcess) -> None:
    cars = [vehicle_of(sandbox, cast.house) for _ in range(200)]
    file = received(cast, a_csv([typed(car, seller=cast.house.cnpj) for car in cars]))
    visited("bulk.check")
    confirmed(cast, file)
    assert visited("bulk.send") == 10
    assert visited("transactions.send_order", times=600) >= 200
    with acting_in(cast.house):
        assert Order.objects.filter(state="registered").count() == 200
