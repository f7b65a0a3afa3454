"""A list page of 50 orders in an establishment with 100,000 orders, against the same page in one with 1,000."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.measure import Report, analyze, interleaved, statements
from tenants.models import Establishment
from tests.sandbox import specimens
from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.making import submit, typed
from transactions.models import Order, Party

MOST = 2.0
ROUNDS = 40
MANY, FEW = 100_000, 1_000
# Nine of ten are registered, the others queued; each has its own vehicle, so that one_live_order holds.
CHANGED = {
    "number": "%(prefix)s || lpad(n::text, 9, '0')",
    "plate": "'A' || chr(65 + n %% 26) || chr(65 + n / 26 %% 26) || lpad((n %% 10000)::text, 4, '0')",
    "renavam": "lpad(n::text, 11, '0')",
    "chassis": "'9BW' || %(prefix)s || lpad(n::text, 13, '0')",
    "state": "CASE WHEN n %% 10 = 0 THEN 'queued' ELSE 'registered' END",
    "tab": "CASE WHEN n %% 10 = 0 THEN 'pending' ELSE 'approved' END",
    "protocol": "CASE WHEN n %% 10 = 0 THEN '' ELSE 'IVMG' || %(prefix)s || lpad(n::text, 12, '0') END",
    "sale_date": "current_date - (n %% 90)::int",
}


def run(report: Report, cast: Cast) -> None:
    """Under the application's role and row-level security, through all middleware."""
    report.title(f"List pages with {MANY:,} orders in the establishment against {FEW:,}")
    fill(cast.house, MANY, prefix="A")
    fill(cast.sister, FEW, prefix="B")
    analyze("transactions_order", "transactions_party")
    for what, name, query in (
        ("first page of 50", "transactions:intention_list", "?situacao=aprovadas"),
        ("search by plate", "transactions:intention_list", "?situacao=aprovadas&q={plate}"),
    ):
        many, few = page(cast.ana, cast.house, name, query), page(cast.bia, cast.sister, name, query)
        report.note(f"{what}: {len(statements(many))} statements with many orders, {len(statements(few))} with few")
        report.ratio(f"{what}, {MANY:,} : {FEW:,} orders", interleaved(many, few, rounds=ROUNDS), most=MOST)
    many, few = page(cast.ana, cast.house, "portal:home", ""), page(cast.bia, cast.sister, "portal:home", "")
    homes = interleaved(many, few, rounds=ROUNDS)
    report.note(f"home, {MANY:,} : {FEW:,} orders: {homes.ours:.1f} ms : {homes.other:.1f} ms = {homes.ratio:.2f}")
    deep = page(cast.ana, cast.house, "transactions:intention_list", f"?situacao=aprovadas&antes={middle(cast.house)}")
    first = page(cast.ana, cast.house, "transactions:intention_list", "?situacao=aprovadas")
    report.ratio("page in the middle : first page", interleaved(deep, first, rounds=ROUNDS), most=MOST)


def page(person: User, house: Establishment, name: str, query: str) -> Callable[[], None]:
    client = Client()
    client.force_login(person)
    place = {"ecosystem": house.ecosystem.slug, "establishment": house.slug}
    with acting_in(house):
        plate = Order.objects.filter(state="registered").values_list("plate", flat=True)[0]
    url = reverse(name, kwargs=place) + query.format(plate=plate)

    def get() -> None:
        answer = client.get(url)
        assert answer.status_code == 200, answer.status_code

    return get


def middle(house: Establishment) -> int:
    with acting_in(house):
        ids = Order.objects.filter(state="registered").order_by("id").values_list("id", flat=True)
        return int(ids[ids.count() // 2])


def fill(house: Establishment, many: int, *, prefix: str) -> None:
    """So many orders with both parties, copied by SQL from one that was submitted properly."""
    model = submit(house, typed(specimens.vehicle(), seller=house.cnpj))
    with acting_in(house), connection.cursor() as cursor:
        names = [field.column for field in Order._meta.local_fields if field.column != "id"]
        values = ", ".join(CHANGED.get(name, f"o.{name}") for name in names)
        cursor.execute(
            f"INSERT INTO transactions_order ({', '.join(names)}) SELECT {values}"
            " FROM transactions_order o, generate_series(1, %(many)s) AS n WHERE o.id = %(id)s",
            {"prefix": prefix, "many": many, "id": model.pk},
        )
        names = [field.column for field in Party._meta.local_fields if field.column not in ("id", "order_id")]
        cursor.execute(
            f"INSERT INTO transactions_party (order_id, {', '.join(names)})"
            f" SELECT o.id, {', '.join('p.' + name for name in names)} FROM transactions_order o, transactions_party p"
            " WHERE o.establishment_id = %(house)s AND o.number LIKE %(prefix)s || '0%%' AND p.order_id = %(id)s",
            {"house": house.pk, "id": model.pk, "prefix": prefix},
        )
