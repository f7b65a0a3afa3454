"""Fee slips: issued once at a time, with codes that banks read; and everything that can be paid wrongly."""

import datetime as dt
import io

import pypdf
import pypdfium2
import pytest
import zxingcpp
from stdnum import luhn

from tests.sandbox import specimens
from tests.sandbox.selling import being_cancelled, effects

DAY = 86_400
MESSAGES = {
    "GU-001": "Já existe guia em aberto.",
    "GU-002": "Guia paga aguarda compensação.",
    "GU-003": "Cancelamento não aguarda taxa.",
}
STATES = [("mg", "187.42", 5, "9931"), ("sp", "64.30", 3, "9935")]


def refusal(answer):
    assert answer.status_code == 409
    assert answer.json()["mensagem"] == MESSAGES[answer.json()["codigo"]]
    return answer.json()["codigo"], answer.json().get("numero")


def expired(sandbox, case):
    slip = case.slip()
    sandbox.clock(6 * DAY)
    return slip


def situations(case):
    return [slip["situacao"] for slip in case.slips()]


def tlv(text):
    found = {}
    while text:
        found[text[:2]], text = text[4 : 4 + int(text[2:4])], text[4 + int(text[2:4]) :]
    return found


@pytest.mark.req("AT-12")
@pytest.mark.parametrize(("state", "value", "days", "febraban"), STATES)
def test_a_slip_is_issued_with_codes_that_hold(sandbox, request, state, value, days, febraban):
    case = being_cancelled(sandbox, request.getfixturevalue(state))
    answer = case.client.post(case.path + "/guia")
    assert answer.status_code == 201
    slip = answer.json()
    assert slip["codigo"] == "000"
    assert slip["mensagem"] == "Guia emitida."
    assert slip["protocolo"] == case.protocol
    assert (slip["situacao"], slip["pagamentos"], slip["valor"]) == ("EMITIDA", [], value)
    issued = dt.datetime.fromisoformat(slip["emitida_em"]).date()
    assert dt.date.fromisoformat(slip["vencimento"]) == issued + dt.timedelta(days=days)

    code, line = slip["codigo_barras"], slip["linha_digitavel"]
    assert (len(code), len(line), code[:3]) == (44, 48, "856")
    # FEBRABAN's modulo 10 is Luhn's.
    assert luhn.calc_check_digit(code[:3] + code[4:]) == code[3]
    blocks = [line[start : start + 12] for start in range(0, 48, 12)]
    assert all(luhn.is_valid(block) for block in blocks)
    assert "".join(block[:11] for block in blocks) == code
    assert int(code[4:15]) == int(value.replace(".", ""))
    assert code[15:19] == febraban
    assert code[19:27] == slip["vencimento"].replace("-", "")
    assert code[27:40] == slip["numero"]

    pix = tlv(slip["pix_copia_e_cola"])
    assert (pix["00"], pix["52"], pix["53"], pix["54"], pix["58"]) == ("01", "0000", "986", value, "BR")
    assert tlv(pix["26"])["00"] == "br.gov.bcb.pix"
    assert tlv(pix["62"]) == {"05": f"GU{slip['numero']}"}
    assert 0 < len(pix["59"]) <= 25
    assert 0 < len(pix["60"]) <= 15
    assert list(pix)[-1] == "63"


@pytest.mark.req("AT-12")
def test_a_slip_is_found_in_the_list_and_by_its_number(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    assert mg.get(case.path + "/guias").json() == {"codigo": "000", "mensagem": "Consulta realizada.", "itens": []}
    slip = case.slip()
    shown = {name: value for name, value in slip.items() if name not in ("codigo", "mensagem")}
    assert case.slips() == [shown]
    one = mg.get(f"{case.path}/guias/{slip['numero']}").json()
    assert one == {"codigo": "000", "mensagem": "Consulta realizada.", **shown}
    row = sandbox.ledger(chassis=case.vehicle["chassi"], operation="emitir_guia")[0]
    assert (row["protocolo"], row["valor"], row["referencia"], row["em"]) == (
        slip["numero"],
        slip["valor"],
        case.wish["referencia"],
        slip["emitida_em"],
    )


@pytest.mark.req("AT-12")
def test_one_slip_is_open_at_a_time(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    assert refusal(mg.post(case.path + "/guia", json={})) == ("GU-001", slip["numero"])
    sandbox.pay(slip)
    assert refusal(mg.post(case.path + "/guia")) == ("GU-002", slip["numero"])
    sandbox.pay(slip)
    assert refusal(mg.post(case.path + "/guia")) == ("GU-002", slip["numero"])
    sandbox.clock(60)
    assert refusal(mg.post(case.path + "/guia")) == ("GU-003", None)
    sandbox.clock(60)
    assert refusal(mg.post(case.path + "/guia")) == ("GU-003", None)
    assert effects(sandbox, case.vehicle).count("emitir_guia") == 1


@pytest.mark.req("AT-12")
def test_an_expired_slip_makes_room_for_another_which_is_paid(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    old = expired(sandbox, case)
    assert situations(case) == ["VENCIDA"]
    new = case.slip()
    assert new["numero"] != old["numero"]
    assert new["vencimento"] > old["vencimento"]
    assert situations(case) == ["VENCIDA", "EMITIDA"]
    assert sandbox.pay(new) == "ACEITO"
    assert situations(case) == ["VENCIDA", "PAGA"]


@pytest.mark.req("AT-12")
def test_a_slip_is_good_to_the_end_of_its_last_day(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    now = sandbox.clock()
    last = dt.datetime.combine(dt.date.fromisoformat(slip["vencimento"]), dt.time(23, 59, 30), tzinfo=now.tzinfo)
    sandbox.clock((last - now).total_seconds())
    assert situations(case) == ["EMITIDA"]
    sandbox.clock(40)
    assert situations(case) == ["VENCIDA"]
    in_time = last.isoformat(timespec="milliseconds")
    assert sandbox.pay(slip, at=in_time) == "ACEITO"
    assert case.slips()[0]["pagamentos"] == [
        {"valor": "187.42", "em": in_time, "meio": "PIX", "efeito": "ACEITO"},
    ]


@pytest.mark.req("AT-12")
@pytest.mark.parametrize("value", ["187.42", "187.43", "1000.00"])
def test_the_full_value_or_more_is_accepted(sandbox, mg, value):
    case = being_cancelled(sandbox, mg)
    assert sandbox.pay(case.slip(), value=value, by="CODIGO_BARRAS") == "ACEITO"
    sandbox.clock(60)
    assert situations(case) == ["COMPENSADA"]
    [row] = sandbox.ledger(chassis=case.vehicle["chassi"], operation="reconhecer_taxa")
    assert row["valor"] == "187.42"


@pytest.mark.req("AT-12")
def test_what_is_paid_short_is_never_recognised_and_does_not_add_up(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    assert sandbox.pay(slip, value="187.41") == "A_MENOR"
    assert sandbox.pay(slip, value="100.00") == "A_MENOR"
    sandbox.clock(1000)
    assert situations(case) == ["PAGA_A_MENOR"]
    assert case.shown()["situacao"] == "AGUARDANDO_TAXA"
    assert sandbox.ledger(chassis=case.vehicle["chassi"], operation="reconhecer_taxa") == []
    other = case.slip()
    assert sandbox.pay(other) == "ACEITO"
    assert situations(case) == ["PAGA_A_MENOR", "PAGA"]


def test_a_slip_paid_short_may_still_be_paid_whole(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    sandbox.pay(slip, value="1.00")
    assert sandbox.pay(slip) == "ACEITO"
    assert situations(case) == ["PAGA"]


@pytest.mark.req("AT-12")
def test_what_is_paid_late_is_never_recognised(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = expired(sandbox, case)
    assert sandbox.pay(slip) == "EM_ATRASO"
    assert sandbox.pay(slip, value="1.00") == "EM_ATRASO"
    sandbox.clock(1000)
    assert situations(case) == ["PAGA_EM_ATRASO"]
    assert case.shown()["situacao"] == "AGUARDANDO_TAXA"
    assert sandbox.pay(case.slip()) == "ACEITO"


@pytest.mark.req("AT-12")
@pytest.mark.parametrize("wait", [0, 60, 120])
def test_what_is_paid_twice_is_recognised_once(sandbox, mg, wait):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    assert sandbox.pay(slip) == "ACEITO"
    sandbox.clock(wait)
    expected = "APOS_CONCLUSAO" if wait == 120 else "EM_DUPLICIDADE"
    assert sandbox.pay(slip, value="10.00") == expected
    assert situations(case) == ["PAGA_EM_DUPLICIDADE"]
    assert [payment["efeito"] for payment in case.slips()[0]["pagamentos"]] == ["ACEITO", expected]
    sandbox.clock(1000)
    assert case.shown()["situacao"] == "CANCELADO"
    assert situations(case) == ["PAGA_EM_DUPLICIDADE"]
    kinds = effects(sandbox, case.vehicle)
    assert (kinds.count("reconhecer_taxa"), kinds.count("concluir_cancelamento")) == (1, 1)


def test_an_old_slip_paid_after_its_successor_is_a_duplicity(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    old = expired(sandbox, case)
    new = case.slip()
    assert sandbox.pay(new) == "ACEITO"
    assert sandbox.pay(old, at=old["emitida_em"]) == "EM_DUPLICIDADE"
    assert situations(case) == ["PAGA_EM_DUPLICIDADE", "PAGA"]
    sandbox.clock(60)
    assert situations(case) == ["PAGA_EM_DUPLICIDADE", "COMPENSADA"]


def test_a_payment_the_bank_reports_late_counts_from_when_it_was_made(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = expired(sandbox, case)
    assert sandbox.pay(slip, at=slip["emitida_em"]) == "ACEITO"
    shown = case.shown()
    assert shown["situacao"] == "CANCELADO"
    taken = dt.datetime.fromisoformat(shown["concluido_em"]) - dt.datetime.fromisoformat(slip["emitida_em"])
    assert taken == dt.timedelta(seconds=120)


def test_the_fee_is_that_of_the_day_of_issue():
    plan = specimens.fee_plan(("2025-01-01", "10.00"), ("2026-03-01", "12.50"), ("2026-02-01", "11.00"))
    for day, value in (("2025-06-01", "10.00"), ("2026-02-28", "11.00"), ("2026-03-01", "12.50")):
        assert plan.fee_on(dt.date.fromisoformat(day)).value == value
    with pytest.raises(ValueError, match="empty"):
        plan.fee_on(dt.date(2024, 12, 31))


@pytest.mark.parametrize("path", ["/guia", "/guias", "/guias/3126000000018"])
def test_the_slips_of_an_unknown_cancellation_are_not_found(mg, path):
    method = "POST" if path == "/guia" else "GET"
    answer = mg.request(method, f"/cancelamentos-comunicado/CCMG2026999999999{path}")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "CC-404")


def test_another_integrator_neither_asks_for_slips_nor_sees_them(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    with sandbox.client("mg", credential="sandbox-mg-concorrente") as rival:
        assert rival.post(case.path + "/guia").json()["codigo"] == "CC-404"
        assert rival.get(case.path + "/guias").json()["codigo"] == "CC-404"
        assert rival.get(f"{case.path}/guias/{slip['numero']}").json()["codigo"] == "CC-404"
        assert rival.get(f"/guias/{slip['numero']}/pdf").json()["codigo"] == "GU-404"


def test_an_unknown_slip_is_not_found(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    other = being_cancelled(sandbox, mg).slip()
    for path in (f"{case.path}/guias/{other['numero']}", "/guias/0000000000000/pdf"):
        answer = mg.get(path)
        assert (answer.status_code, answer.json()["codigo"]) == (404, "GU-404")


@pytest.mark.req("AT-12")
def test_the_slip_on_paper_is_read_by_machines(sandbox, mg):
    case = being_cancelled(sandbox, mg)
    slip = case.slip()
    answer = mg.get(f"/guias/{slip['numero']}/pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    [page] = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    text = page.extract_text()
    line = slip["linha_digitavel"]
    for words in (
        "DETRAN-MG",
        "AMBIENTE DE DEMONSTRAÇÃO – SEM VALOR",
        "R$ 187,42",
        dt.date.fromisoformat(slip["vencimento"]).strftime("%d/%m/%Y"),
        *(slip["numero"], case.protocol, *(case.vehicle[name] for name in ("placa", "renavam", "chassi"))),
        *(f"{line[start : start + 11]}-{line[start + 11]}" for start in range(0, 48, 12)),
    ):
        assert words in text
    image = pypdfium2.PdfDocument(answer.content)[0].render(scale=200 / 72).to_pil()
    read = {code.format: code.text for code in zxingcpp.read_barcodes(image)}
    assert read == {
        zxingcpp.BarcodeFormat.ITF: slip["codigo_barras"],
        zxingcpp.BarcodeFormat.QRCode: slip["pix_copia_e_cola"],
    }
