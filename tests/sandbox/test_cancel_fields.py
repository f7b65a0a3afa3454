"""Every field of a cancellation spoilt in every way: 422, no effect."""

import base64
import hashlib

import pytest

from tests.sandbox import specimens
from tests.sandbox.selling import communicated, effects, intended
from tests.sandbox.test_invalid_fields import assert_only_error

PATHS = ["/intencoes-venda/IVMG2026999999999/cancelamentos", "/comunicados-venda/CVMG2026999999999/cancelamentos"]
SIGNED = "solicitacao_assinada"
FIELDS = [
    ("referencia", "", "TAMANHO"),
    ("referencia", "x" * 41, "TAMANHO"),
    ("referencia", " a", "FORMATO"),
    ("referencia", None, "TIPO"),
    ("motivo", "PREGUICA", "OPCAO"),
    ("motivo", 1, "OPCAO"),
    ("justificativa", "Nove letr", "TAMANHO"),
    ("justificativa", "x" * 501, "TAMANHO"),
    ("justificativa", "duas linhas\nde texto", "FORMATO"),
    ("justificativa", 1234567890, "TIPO"),
    ("requerente", "eu", "TIPO"),
    ("requerente__documento", "99.791.605/0001-05", "FORMATO"),
    ("requerente__documento", "99791605000106", "DIGITO"),
    ("requerente__nome", "Al", "TAMANHO"),
    ("requerente__nome", "Ana\x00Maria", "FORMATO"),
    ("requerente__email", "ana@example.com", "DESCONHECIDO"),
    (SIGNED, [], "TIPO"),
    (f"{SIGNED}__nome", "", "TAMANHO"),
    (f"{SIGNED}__tipo", "text/plain", "OPCAO"),
    (f"{SIGNED}__sha256", "abc", "FORMATO"),
    (f"{SIGNED}__sha256", hashlib.sha256(b"another").hexdigest(), "RESUMO"),
    (f"{SIGNED}__conteudo", "não é base64", "FORMATO"),
    (f"{SIGNED}__conteudo", "", "TAMANHO"),
    (f"{SIGNED}__conteudo", base64.b64encode(b"%PDF-" + b"x" * (5 * 1024 * 1024)).decode(), "TAMANHO"),
    (f"{SIGNED}__conteudo", base64.b64encode(b"isto nao e um PDF").decode(), "CONTEUDO"),
    ("chassi", "9BRABF0EEKZ683200", "DESCONHECIDO"),
]
REQUIRED = [
    "referencia",
    "motivo",
    "requerente",
    "requerente__documento",
    "requerente__nome",
    SIGNED,
    *(f"{SIGNED}__{name}" for name in ("nome", "tipo", "sha256", "conteudo")),
]


def wish(**changes):
    return specimens.cancellation(specimens.intention(specimens.vehicle()), **changes)


@pytest.mark.parametrize("path", PATHS, ids=["intention", "communication"])
@pytest.mark.parametrize(("field", "value", "code"), FIELDS, ids=[f"{row[0]}-{row[2]}" for row in FIELDS])
def test_a_field_is_refused(mg, path, field, value, code):
    assert_only_error(mg.post(path, json=wish(**{field: value})), field, code)


@pytest.mark.parametrize("path", PATHS, ids=["intention", "communication"])
@pytest.mark.parametrize("field", REQUIRED)
def test_a_field_is_missed(mg, path, field):
    assert_only_error(mg.post(path, json=wish(**{field: ...})), field, "OBRIGATORIO")


@pytest.mark.parametrize("path", PATHS, ids=["intention", "communication"])
@pytest.mark.parametrize("given", [{}, {"justificativa": None}])
def test_another_reason_must_be_explained(mg, path, given):
    assert_only_error(mg.post(path, json=wish(motivo="OUTRO", **given)), "justificativa", "OBRIGATORIO")


def test_all_errors_come_at_once_and_nothing_happens(sandbox, mg):
    vehicle, asked, told = intended(sandbox, mg)
    spoilt = specimens.cancellation(
        asked, motivo="OUTRO", requerente__nome="", solicitacao_assinada__sha256="0" * 64, estranho=1
    )
    answer = mg.post(f"/intencoes-venda/{told['protocolo']}/cancelamentos", json=spoilt)
    assert {(error["campo"], error["codigo"]) for error in answer.json()["erros"]} == {
        ("justificativa", "OBRIGATORIO"),
        ("requerente.nome", "TAMANHO"),
        (f"{SIGNED}.sha256", "RESUMO"),
        ("estranho", "DESCONHECIDO"),
    }
    assert effects(sandbox, vehicle) == ["incluir_intencao"]


def test_fields_are_looked_at_before_the_communication(sandbox, mg):
    vehicle, asked, told = communicated(sandbox, mg)
    spoilt = specimens.cancellation(asked, motivo="OUTRO")
    assert mg.post(f"/comunicados-venda/{told['protocolo']}/cancelamentos", json=spoilt).status_code == 422
    assert effects(sandbox, vehicle) == ["incluir_intencao", "incluir_comunicado"]


@pytest.mark.parametrize("path", [*PATHS, "/cancelamentos-comunicado/CCMG2026999999999/guia"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"a": 1, "a": 2}', b"\xff"], ids=range(5))
def test_what_is_no_json_object_is_malformed(mg, path, body):
    answer = mg.post(path, content=body)
    assert (answer.status_code, answer.json()["codigo"]) == (400, "GER-400")


def test_a_slip_is_asked_for_without_any_field(mg):
    answer = mg.post("/cancelamentos-comunicado/CCMG2026999999999/guia", json={"valor": "1.00"})
    assert_only_error(answer, "valor", "DESCONHECIDO")


@pytest.mark.parametrize(
    ("path", "query", "field", "code"),
    [
        ("/cancelamentos-intencao", {}, "chassi", "OBRIGATORIO"),
        ("/cancelamentos-intencao", {"chassi": "x"}, "chassi", "FORMATO"),
        ("/cancelamentos-intencao", {"referencia": ""}, "referencia", "TAMANHO"),
        ("/cancelamentos-intencao", {"protocolo_intencao": "CVMG2026000000001"}, "protocolo_intencao", "FORMATO"),
        ("/cancelamentos-intencao", {"protocolo_comunicado": "x"}, "protocolo_comunicado", "DESCONHECIDO"),
        ("/cancelamentos-comunicado", {}, "chassi", "OBRIGATORIO"),
        ("/cancelamentos-comunicado", {"chassi": ["a", "b"]}, "chassi", "TIPO"),
        ("/cancelamentos-comunicado", {"protocolo_comunicado": "IVMG2026000000001"}, "protocolo_comunicado", "FORMATO"),
        ("/cancelamentos-comunicado", {"protocolo_comunicado": ""}, "protocolo_comunicado", "FORMATO"),
    ],
)
def test_a_querys_field_is_refused(mg, path, query, field, code):
    assert_only_error(mg.get(path, params=query), field, code)
