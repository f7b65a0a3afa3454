"""A file with several vehicles, from its upload to its orders; and one that nobody can read."""

from tests.faults.lives import Life
from tests.support.acting import acting_in
from tests.transactions.bulk_making import a_csv
from tests.transactions.making import typed, vehicle_of
from transactions.models import BulkFile, BulkLine, Order
from transactions.services import bulk


def file_of_several(life: Life) -> None:
    house = life.cast.house
    life.vehicle = vehicle_of(life.sandbox, house)
    bad = typed(life.vehicle, seller=house.cnpj, chassis="curto")
    good, unread = a_csv([typed(life.vehicle, seller=house.cnpj), bad]), b"nome;idade\nAna;30\n"
    other = received(life, unread)
    life.works()
    life.does(lambda: discard(other))
    file = received(life, good)
    life.works()
    life.does(lambda: bulk.confirm_file(file_id=file.pk, actor=life.cast.ana.as_actor(), user_id=life.cast.ana.pk))
    life.works()
    life.effects = ["incluir_intencao"]
    with acting_in(house):
        assert BulkFile.objects.get().state == "done"
        assert list(BulkLine.objects.order_by("number").values_list("state", flat=True)) == ["sent", "bad"]
        assert Order.objects.get().state == "registered"


def received(life: Life, content: bytes) -> BulkFile:
    file, _ = life.does(
        lambda: bulk.receive_file(
            establishment=life.cast.house,
            kind="sale_intention",
            agency_code="detran-mg",
            content=content,
            filename="veiculos.csv",
            user_id=life.cast.ana.pk,
        )
    )
    return file


def discard(file: BulkFile) -> None:
    if BulkFile.objects.filter(pk=file.pk).exists():
        bulk.discard_file(file_id=file.pk)
