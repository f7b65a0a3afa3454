"""Every field spoilt in every way: 422, all errors at once, no effect."""

import base64
import datetime as dt
import hashlib

import pytest

from tests.sandbox import specimens

TOMORROW = (specimens.today() + dt.timedelta(days=1)).isoformat()
VEHICLE = [
    ("veiculo", 7, "TIPO"),
    ("veiculo__placa", 1234567, "TIPO"),
    ("veiculo__placa", "ABC-1234", "FORMATO"),
    ("veiculo__placa", "abc1234", "FORMATO"),
    ("veiculo__placa", "AB12345", "FORMATO"),
    ("veiculo__renavam", "1234567890", "FORMATO"),
    ("veiculo__renavam", "0032483409A", "FORMATO"),
    ("veiculo__renavam", "00324834099", "DIGITO"),
    ("veiculo__renavam", "00000000000", "DIGITO"),
    ("veiculo__renavam", "\u0660" * 11, "FORMATO"),
    ("veiculo__chassi", "9BRABF0EEKZ68320", "FORMATO"),
    ("veiculo__chassi", "9BRABF0EEKZ68320I", "FORMATO"),
    ("veiculo__chassi", "9BRABF0EEKZ68320O", "FORMATO"),
    ("veiculo__chassi", "9BRABF0EEKZ68320Q", "FORMATO"),
    ("veiculo__chassi", "9brabf0eekz683200", "FORMATO"),
    ("veiculo__desconhecido", "x", "DESCONHECIDO"),
]
PARTIES = [
    ("referencia", "", "TAMANHO"),
    ("referencia", "x" * 41, "TAMANHO"),
    ("referencia", "a\nb", "FORMATO"),
    ("referencia", 7, "TIPO"),
    ("vendedor__documento", "99.791.605/0001-05", "FORMATO"),
    ("vendedor__documento", "9979160500010", "FORMATO"),
    ("vendedor__documento", "99791605000106", "DIGITO"),
    ("vendedor__documento", "00000000000000", "DIGITO"),
    ("vendedor__nome", "Al", "TAMANHO"),
    ("vendedor__nome", "x" * 151, "TAMANHO"),
    ("vendedor__nome", " Ana ", "FORMATO"),
    ("vendedor__email", "vendas", "FORMATO"),
    ("vendedor__email", "a@b", "FORMATO"),
    ("vendedor__email", "a b@example.com", "FORMATO"),
    ("vendedor__email", f"{'x' * 250}@example.com", "TAMANHO"),
    ("vendedor__telefone", "3133334444", "DESCONHECIDO"),
    ("comprador__documento", "11111111111", "DIGITO"),
    ("comprador__documento", "02255229502", "DIGITO"),
    ("comprador__documento", "DRGWYA9R000193", "DIGITO"),
    ("comprador__documento", "drgwya9r000192", "FORMATO"),
    ("comprador__nome", "  ", "TAMANHO"),
    ("comprador__email", "", "FORMATO"),
    ("comprador__telefone", "123456789", "FORMATO"),
    ("comprador__telefone", "(31) 99999-8888", "FORMATO"),
    ("comprador__telefone", "", "FORMATO"),
    ("comprador__endereco", "Rua A, 1", "TIPO"),
    ("comprador__endereco__cep", "13083-085", "FORMATO"),
    ("comprador__endereco__logradouro", "", "TAMANHO"),
    ("comprador__endereco__numero", 12, "TIPO"),
    ("comprador__endereco__complemento", "x" * 101, "TAMANHO"),
    ("comprador__endereco__bairro", "", "TAMANHO"),
    ("comprador__endereco__codigo_municipio", "350950", "FORMATO"),
    ("comprador__endereco__codigo_municipio", "9909502", "OPCAO"),
    ("comprador__endereco__codigo_municipio", "3106200", "MUNICIPIO_UF"),
    ("comprador__endereco__municipio", None, "TIPO"),
    ("comprador__endereco__uf", "sp", "OPCAO"),
    ("comprador__endereco__pais", "BR", "DESCONHECIDO"),
    ("venda__data", TOMORROW, "DATA_FUTURA"),
    ("venda__data", "20/11/2026", "FORMATO"),
    ("venda__data", "2026-02-30", "FORMATO"),
    ("venda__data", "20261101", "FORMATO"),
    ("venda__valor", 96900.0, "TIPO"),
    ("venda__valor", "96900", "FORMATO"),
    ("venda__valor", "96.900,00", "FORMATO"),
    ("venda__valor", "-1.00", "FORMATO"),
    ("venda__valor", "0.00", "VALOR"),
    ("venda__codigo_municipio", "BETIM00", "FORMATO"),
    ("venda__codigo_municipio", "0006200", "OPCAO"),
]
INTENTION = [
    ("veiculo__numero_crv", "12345678901", "FORMATO"),
    ("veiculo__codigo_seguranca_crv", "123456789012", "FORMATO"),
    ("venda__quilometragem", -1, "VALOR"),
    ("venda__quilometragem", "10", "TIPO"),
    ("venda__quilometragem", 1.5, "TIPO"),
    ("venda__quilometragem", True, "TIPO"),
    ("atpve", {}, "DESCONHECIDO"),
]
COMMUNICATION = [
    ("origem", "CARTORIO", "OPCAO"),
    ("origem", 1, "OPCAO"),
    ("veiculo__numero_crv", "123456789012", "DESCONHECIDO"),
    ("venda__quilometragem", 10, "DESCONHECIDO"),
    ("atpve__numero_atpve", "12345678901234", "FORMATO"),
    ("atpv", {}, "DESCONHECIDO"),
]
TOO_LARGE = b"%PDF-" + b"x" * (5 * 1024 * 1024)
PAPER = [
    ("atpve", {"numero_atpve": "1" * 15}, "DESCONHECIDO"),
    ("atpv__numero", "12345678901", "FORMATO"),
    ("atpv__codigo_seguranca", "123", "FORMATO"),
    ("atpv__digitalizacao__nome", "", "TAMANHO"),
    ("atpv__digitalizacao__tipo", "image/gif", "OPCAO"),
    ("atpv__digitalizacao__sha256", hashlib.sha256(specimens.PDF).hexdigest().upper(), "FORMATO"),
    ("atpv__digitalizacao__sha256", hashlib.sha256(b"another").hexdigest(), "RESUMO"),
    ("atpv__digitalizacao__conteudo", "não é base64", "FORMATO"),
    ("atpv__digitalizacao__conteudo", "", "TAMANHO"),
    ("atpv__digitalizacao__conteudo", base64.b64encode(TOO_LARGE).decode(), "TAMANHO"),
    ("atpv__digitalizacao__conteudo", base64.b64encode(b"GIF89a").decode(), "CONTEUDO"),
]
REQUIRED = [
    "referencia",
    "veiculo",
    "veiculo__placa",
    "veiculo__renavam",
    "veiculo__chassi",
    "vendedor",
    "vendedor__documento",
    "vendedor__nome",
    "vendedor__email",
    "comprador",
    "comprador__documento",
    "comprador__nome",
    "comprador__email",
    "comprador__endereco",
    "comprador__endereco__cep",
    "comprador__endereco__logradouro",
    "comprador__endereco__numero",
    "comprador__endereco__bairro",
    "comprador__endereco__codigo_municipio",
    "comprador__endereco__municipio",
    "comprador__endereco__uf",
    "venda",
    "venda__data",
    "venda__valor",
    "venda__codigo_municipio",
]
REQUIRED_ATPVE = ["origem", "atpve", "atpve__numero_atpve"]
REQUIRED_PAPER = ["atpv", "atpv__numero", "atpv__codigo_seguranca", "atpv__digitalizacao"] + [
    f"atpv__digitalizacao__{name}" for name in ("nome", "tipo", "sha256", "conteudo")
]


def named(rows):
    return [pytest.param(*row, id=f"{row[0]}-{row[2]}-{number}") for number, row in enumerate(rows)]


def assert_only_error(answer, path, code):
    assert answer.status_code == 422
    told = answer.json()
    assert (told["codigo"], told["mensagem"]) == ("VAL-001", "Há campos inválidos.")
    assert [(error["campo"], error["codigo"]) for error in told["erros"]] == [(path.replace("__", "."), code)]
    assert told["erros"][0]["mensagem"]


@pytest.mark.parametrize(("path", "value", "code"), named(VEHICLE + PARTIES + INTENTION))
def test_an_intentions_field_is_refused(sandbox, mg, path, value, code):
    asked = specimens.intention(specimens.vehicle(), **{path: value})
    assert_only_error(mg.post("/intencoes-venda", json=asked), path, code)
    assert sandbox.ledger(reference=str(asked["referencia"])) == []


@pytest.mark.parametrize("path", [*REQUIRED, "veiculo__numero_crv", "veiculo__codigo_seguranca_crv"])
def test_an_intentions_field_is_missed(mg, path):
    asked = specimens.intention(specimens.vehicle(), **{path: ...})
    assert_only_error(mg.post("/intencoes-venda", json=asked), path, "OBRIGATORIO")


def communicated():
    vehicle = specimens.vehicle()
    return specimens.communication(vehicle, specimens.intention(vehicle), "3" * 15)


@pytest.mark.parametrize(("path", "value", "code"), named(VEHICLE + PARTIES + COMMUNICATION))
def test_a_communications_field_is_refused(mg, path, value, code):
    wish = specimens.changed(communicated(), **{path: value})
    assert_only_error(mg.post("/comunicados-venda", json=wish), path, code)


@pytest.mark.parametrize("path", REQUIRED + REQUIRED_ATPVE)
def test_a_communications_field_is_missed(mg, path):
    wish = specimens.changed(communicated(), **{path: ...})
    assert_only_error(mg.post("/comunicados-venda", json=wish), path, "OBRIGATORIO")


@pytest.mark.parametrize(("path", "value", "code"), named(PAPER))
def test_a_papers_field_is_refused(mg, path, value, code):
    wish = specimens.paper_communication(specimens.vehicle(), **{path: value})
    assert_only_error(mg.post("/comunicados-venda", json=wish), path, code)


@pytest.mark.parametrize("path", REQUIRED_PAPER)
def test_a_papers_field_is_missed(mg, path):
    wish = specimens.paper_communication(specimens.vehicle(), **{path: ...})
    assert_only_error(mg.post("/comunicados-venda", json=wish), path, "OBRIGATORIO")


def test_all_errors_come_at_once_even_without_an_origin(mg):
    wish = specimens.changed(
        communicated(),
        origem=...,
        veiculo__placa="x",
        vendedor__nome="x",
        comprador__endereco__uf="XX",
        venda__valor="0.00",
        estranho=1,
    )
    errors = mg.post("/comunicados-venda", json=wish).json()["erros"]
    assert {(error["campo"], error["codigo"]) for error in errors} == {
        ("origem", "OBRIGATORIO"),
        ("veiculo.placa", "FORMATO"),
        ("vendedor.nome", "TAMANHO"),
        ("comprador.endereco.uf", "OPCAO"),
        ("venda.valor", "VALOR"),
        ("estranho", "DESCONHECIDO"),
    }


def test_an_error_never_repeats_what_was_sent(mg):
    asked = specimens.intention(specimens.vehicle(), vendedor__email="segredo de alguém")
    assert "segredo" not in mg.post("/intencoes-venda", json=asked).text


@pytest.mark.parametrize(
    ("path", "query", "field", "code"),
    [
        ("/intencoes-venda", {}, "chassi", "OBRIGATORIO"),
        ("/intencoes-venda", {"chassi": "x"}, "chassi", "FORMATO"),
        ("/intencoes-venda", {"referencia": ""}, "referencia", "TAMANHO"),
        ("/intencoes-venda", {"referencia": ["a", "b"]}, "referencia", "TIPO"),
        ("/intencoes-venda", {"referencia": "a", "placa": "QNT9095"}, "placa", "DESCONHECIDO"),
        ("/comunicados-venda", {}, "chassi", "OBRIGATORIO"),
        ("/comunicados-venda", {"chassi": "9BRABF0EEKZ68320I"}, "chassi", "FORMATO"),
        ("/veiculos", {"renavam": "00324834098"}, "placa", "OBRIGATORIO"),
        ("/veiculos", {"placa": "QNT9095"}, "renavam", "OBRIGATORIO"),
        ("/veiculos", {"placa": "QNT-9095", "renavam": "00324834098"}, "placa", "FORMATO"),
        ("/veiculos", {"placa": "QNT9095", "renavam": "00324834099"}, "renavam", "DIGITO"),
    ],
)
def test_a_querys_field_is_refused(mg, path, query, field, code):
    assert_only_error(mg.get(path, params=query), field, code)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"texto"',
        b"null",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b"\xff\xfe{}",
        '{"a": "ação"}'.encode("latin-1"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=range(11),
)
@pytest.mark.parametrize("path", ["/intencoes-venda", "/comunicados-venda"])
def test_what_is_no_json_object_is_malformed(mg, path, body):
    answer = mg.post(path, content=body)
    assert (answer.status_code, answer.json()["codigo"]) == (400, "GER-400")


def test_a_body_above_8_mb_is_too_large(mg):
    answer = mg.post("/comunicados-venda", content=b" " * (8 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["codigo"]) == (413, "GER-413")
