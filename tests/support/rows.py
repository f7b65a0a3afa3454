"""One row at least of every tenant's table in each house of the cast. A new table is added in `MAKERS`, one line."""

import datetime as dt
from collections.abc import Callable

from django.apps import apps
from django.db import connection, models, transaction

from accounts.models import User
from billing import services as billing
from documents import services as documents
from journal import services as journal
from kernel import clock
from kernel.actor import SYSTEM
from outbox import services as outbox
from outbox.models import Attempt
from portal.models import DEADLINE, Notice
from tenants.models import Establishment
from tests.support.acting import acting_as_machine, acting_in
from tests.support.people import Cast
from transactions.models import BulkFile, BulkLine, Draft, Order, Party
from transactions.rules.agencies import SALE_INTENTION


def event(house: Establishment, user: User) -> None:
    journal.record("row.made", subject_type="row", subject_id=1, actor=SYSTEM)


def message(house: Establishment, user: User) -> None:
    left = outbox.enqueue("row.made", lane="rows", payload={})
    with acting_as_machine():
        Attempt(
            message=left,
            ecosystem_id=left.ecosystem_id,
            establishment_id=left.establishment_id,
            number=1,
            started_at=clock.now(),
        ).save()


def document(house: Establishment, user: User) -> None:
    documents.store(
        content=b"%PDF-1.7 %%EOF",
        kind="atpve",
        subject_type="row",
        subject_id=house.pk,
        media_type="application/pdf",
        filename="row.pdf",
        keep_until=dt.date(2036, 1, 1),
        actor_user_id=user.pk,
    )


def order(house: Establishment, user: User) -> None:
    make_order(house)


def make_order(house: Establishment) -> tuple[Order, Draft]:
    """An order in the queue and an open draft, in the scope in force; no message goes with them."""
    place = {"ecosystem_id": house.ecosystem_id, "establishment_id": house.pk}
    made = Order(
        **place,
        number=f"R{house.pk}",
        kind=SALE_INTENTION,
        agency="detran-mg",
        plate="ABC1D23",
        renavam="00000000000",
        chassis=f"9BW{house.pk:014d}",
        sale_date=clock.today(),
        price_cents=1,
        sale_city_code=house.city_code,
    )
    made.save()
    for role in ("seller", "buyer"):
        Party(**place, order=made, role=role, document="99791605000105", name="Fulano").save()
    draft = Draft(**place, kind=SALE_INTENTION, agency="detran-mg")
    draft.save()
    return made, draft


def fee_slip(house: Establishment, user: User) -> None:
    slip = billing.Slip(
        number=f"G{house.pk}",
        line="8" * 48,
        barcode="8" * 44,
        pix="",
        value_cents=1,
        due_on=clock.today(),
        issued_at=clock.now(),
    )
    billing.keep_slip(slip, agency="detran-mg", subject_type="row", subject_id=house.pk)


def bulk_file(house: Establishment, user: User) -> None:
    make_bulk_file(house, user)


def make_bulk_file(house: Establishment, user: User) -> BulkFile:
    """A file with one good line, judged and not confirmed, in the scope in force."""
    place = {"ecosystem_id": house.ecosystem_id, "establishment_id": house.pk}
    made = BulkFile(
        **place,
        kind=SALE_INTENTION,
        agency="detran-mg",
        sha256="0" * 64,
        filename="row.csv",
        state="checked",
        created_by=user,
    )
    made.save()
    BulkLine(**place, file=made, number=2, state="good", chassis=f"9BW{house.pk:014d}").save()
    return made


def notice(house: Establishment, user: User) -> None:
    make_notice(house, user)


def make_notice(house: Establishment, user: User) -> Notice:
    """An unread notice, in the scope in force."""
    made = Notice(
        ecosystem_id=house.ecosystem_id,
        establishment_id=house.pk,
        user=user,
        kind=DEADLINE,
        text="Comunicar a venda de ABC1D23: faltam 7 dias, em 01/12/2026.",
        link=f"/{house.ecosystem.slug}/{house.slug}/",
        mark=f"row {house.pk}",
    )
    made.save()
    return made


MAKERS: tuple[Callable[[Establishment, User], None], ...] = (
    event,
    message,
    document,
    order,
    bulk_file,
    fee_slip,
    notice,
)


def make_rows(cast: Cast) -> None:
    for house, user in ((cast.house, cast.ana), (cast.sister, cast.bia), (cast.rival_house, cast.eva)):
        with acting_in(house):
            for make in MAKERS:
                make(house, user)


def tenant_models() -> list[type[models.Model]]:
    """Every model whose rows belong to an ecosystem."""
    return [
        model
        for model in apps.get_models()
        if any(field.attname == "ecosystem_id" for field in model._meta.concrete_fields)
    ]


def columns_of(table: str) -> set[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}
