"""Vehicles that the sandbox knows, what a person would type about them, and orders made of it."""

import time
from typing import Any

from kernel import clock
from kernel.actor import Actor
from outbox import services as outbox
from outbox.models import Message
from outbox.registry import Visit
from tenants.models import Establishment
from tests.sandbox.process import SandboxProcess
from tests.sandbox.specimens import a_cpf
from tests.support.acting import acting_as_machine, acting_in
from transactions.models import Order
from transactions.rules.reading import read_order
from transactions.services.submit import Links, submit_order

ANA = Actor("user", "1", "Ana")


def typed(vehicle: dict[str, Any], *, seller: str, **changes: str) -> dict[str, str]:
    """A good sale of `vehicle` as typed; `changes` win."""
    return {
        "plate": vehicle["placa"],
        "renavam": vehicle["renavam"],
        "chassis": vehicle["chassi"],
        "crv_number": vehicle["numero_crv"],
        "crv_security_code": vehicle["codigo_seguranca_crv"],
        "brand_model": vehicle["marca_modelo"],
        "mileage": "45.210",
        "seller_document": seller,
        "seller_name": "Casa Exemplo Ltda",
        "seller_email": "vendas@example.com.br",
        "buyer_document": a_cpf(),
        "buyer_name": "Zulmira Exemplo Fictícia",
        "buyer_email": "zulmira@example.com.br",
        "buyer_phone": "(31) 98888-7777",
        "buyer_cep": "31010-000",
        "buyer_street": "Rua dos Dados Fictícios",
        "buyer_number": "231",
        "buyer_district": "Vila Exemplo",
        "buyer_city": "Belo Horizonte",
        "buyer_uf": "MG",
        "sale_date": clock.today().isoformat(),
        "price": "96.900,00",
        "sale_city": "Uberlândia",
        "sale_city_code": "3170206",
        "sale_uf": "MG",
        **changes,
    }


def vehicle_of(sandbox: SandboxProcess, house: Establishment, **fields: Any) -> dict[str, Any]:
    """A vehicle in the DETRAN's base that the establishment owns."""
    return sandbox.put_vehicle(documento_proprietario=house.cnpj, **fields)


def submit(
    house: Establishment,
    words: dict[str, str],
    *,
    kind: str = "sale_intention",
    agency: str = "detran-mg",
    links: Links | None = None,
    has_scan: bool = False,
) -> Order:
    """Submits as an operator of the house would, in its scope."""
    facts, problems = read_order(kind, words, has_scan=has_scan)
    assert problems == []
    with acting_in(house):
        order = submit_order(establishment=house, agency_code=agency, facts=facts, actor=ANA, links=links or Links())
    order.establishment = house
    return order


def message_of(order: Order, topic: str = "transactions.send_order") -> Message:
    with acting_as_machine():
        return Message.objects.get(subject_type="order", subject_id=order.pk, topic=topic)


def deliver(order: Order, topic: str = "transactions.send_order", *, patience: float = 10.0) -> Visit:
    """One visit, as soon as the message is due."""
    message = message_of(order, topic)
    limit = time.monotonic() + patience
    while (visit := outbox.deliver(message.pk)) is None:
        assert time.monotonic() < limit, f"message is {message_of(order, topic).state} and was not delivered"
        time.sleep(0.05)
    return visit


def fresh(order: Order) -> Order:
    with acting_in(order.establishment):
        return Order.objects.select_related("establishment").get(pk=order.pk)
