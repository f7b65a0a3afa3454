"""Bad days while cancelling: what the caller sees, what the agency did, and how it is found out afterwards."""

import json
import time

import httpx
import pytest

from sandbox.faults import Kind
from tests.sandbox import specimens
from tests.sandbox.selling import being_cancelled, communicated, intended

ACTS = ["cancelar_intencao", "cancelar_comunicado", "emitir_guia"]
LOST = (Kind.LOST_BEFORE, Kind.LOST_AFTER, Kind.LATE_COMMIT)
STATUS = {Kind.GARBAGE: 200, Kind.ERROR_500: 500, Kind.TOO_MANY: 429, Kind.OUTAGE: 503}
WITHOUT_EFFECT = (Kind.LOST_BEFORE, Kind.ERROR_500, Kind.TOO_MANY, Kind.OUTAGE)
REPEATED = {"cancelar_intencao": "CI-003", "cancelar_comunicado": "CC-004", "emitir_guia": "GU-001"}


def prepared(sandbox, client, operation):
    """Return a vehicle, the request of an operation about it, and where its effect is looked up."""
    if operation == "cancelar_intencao":
        vehicle, asked, told = intended(sandbox, client)
        path, wish = f"/intencoes-venda/{told['protocolo']}/cancelamentos", specimens.cancellation(asked)
        return vehicle, path, wish, f"/cancelamentos-intencao?protocolo_intencao={told['protocolo']}"
    if operation == "cancelar_comunicado":
        vehicle, asked, told = communicated(sandbox, client)
        path, wish = f"/comunicados-venda/{told['protocolo']}/cancelamentos", specimens.cancellation(asked)
        return vehicle, path, wish, f"/cancelamentos-comunicado?protocolo_comunicado={told['protocolo']}"
    case = being_cancelled(sandbox, client)
    return case.vehicle, case.path + "/guia", {}, case.path + "/guias"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("operation", ACTS)
def test_every_fault_strikes_every_act_as_documented(sandbox, mg, operation, kind):
    vehicle, path, wish, found_at = prepared(sandbox, mg, operation)
    sandbox.fault(kind, operation=operation, times=1, seconds=0.3, chassis=vehicle["chassi"])
    if kind in LOST:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            mg.post(path, json=wish)
    else:
        answer = mg.post(path, json=wish)
        expected = STATUS.get(kind, 202 if operation == "cancelar_comunicado" else 201)
        assert answer.status_code == expected
        if kind is Kind.GARBAGE:
            with pytest.raises(json.JSONDecodeError):
                answer.json()
    if kind is Kind.LATE_COMMIT:
        assert sandbox.ledger(chassis=vehicle["chassi"], operation=operation) == []
        time.sleep(0.8)
    had_effect = kind not in WITHOUT_EFFECT
    assert len(sandbox.ledger(chassis=vehicle["chassi"], operation=operation)) == had_effect
    assert len(mg.get(found_at).json()["itens"]) == had_effect
    visit = sandbox.visits(chassis=vehicle["chassi"], operation=operation)[0]
    assert (visit["falha"], visit["status"]) == (kind, None if kind in LOST else answer.status_code)
    again = mg.post(path, json=wish)
    if had_effect:
        assert again.json()["codigo"] == REPEATED[operation]
    else:
        assert again.is_success
    assert len(sandbox.ledger(chassis=vehicle["chassi"], operation=operation)) == 1


READINGS = {
    "consultar_cancelamento_intencao": lambda case: f"/cancelamentos-intencao?chassi={case.vehicle['chassi']}",
    "consultar_cancelamento_comunicado": lambda case: case.path,
    "consultar_guia": lambda case: case.path + "/guias",
    "obter_guia": lambda case: f"/guias/{case.slips()[0]['numero']}/pdf",
}


@pytest.mark.parametrize("operation", READINGS)
def test_a_fault_hits_only_its_reading_and_its_chassis(sandbox, mg, operation):
    case, spared = being_cancelled(sandbox, mg), being_cancelled(sandbox, mg)
    for one in (case, spared):
        one.slip()
    addresses = {name: address(case) for name, address in READINGS.items()}
    other = READINGS[operation](spared)
    sandbox.fault("fora_do_ar", operation=operation, chassis=case.vehicle["chassi"])
    struck = [name for name, address in addresses.items() if mg.get(address).status_code == 503]
    assert struck == [operation]
    assert mg.get(other).status_code == 200


@pytest.mark.parametrize("query", ["protocolo_comunicado", "chassi"])
def test_a_list_is_about_the_vehicle_it_names(sandbox, mg, query):
    case = being_cancelled(sandbox, mg)
    value = case.communication if query == "protocolo_comunicado" else case.vehicle["chassi"]
    mg.get("/cancelamentos-comunicado", params={query: value})
    visit = sandbox.visits(chassis=case.vehicle["chassi"])[-1]
    assert (visit["operacao"], visit["status"]) == ("consultar_cancelamento_comunicado", 200)


def test_visits_name_the_order_that_cancels(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    visit = sandbox.visits(chassis=case.vehicle["chassi"])[-1]
    assert (visit["operacao"], visit["referencia"]) == ("cancelar_comunicado", case.wish["referencia"])
