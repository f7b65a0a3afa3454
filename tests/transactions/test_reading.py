"""Whatever is typed, sent or pasted becomes facts and problems, and nothing worse."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.places import municipalities
from kernel.errors import Problem
from kernel.money import MOST_CENTS
from tests.brazil import strategies as numbers
from tests.sandbox.specimens import vehicle
from tests.transactions.making import typed
from transactions.rules.agencies import SALE_COMMUNICATION, SALE_INTENTION, SALES, agency
from transactions.rules.copying import FIELDS, typed_from
from transactions.rules.facts import Address, Evidence, OrderFacts, Party, Sale, Vehicle
from transactions.rules.judging import judge
from transactions.rules.reading import read_order

CODE = re.compile(r"[a-z][a-z0-9_]+")
SENTENCE = re.compile(r"[A-ZÀ-Ú“].*[.!?]", re.DOTALL)
ODD = st.sampled_from(
    ["\x00", "\ud800", "a\x00b@c.com", "\udfff@b.com", "İ" * 200 + "@b.com", "١٢٣", "²", "9" * 5000, "-1", "2026-02-30"]
)
ANYTHING = st.one_of(st.text(st.characters(), max_size=60), ODD, st.from_regex(r"[\d./-]{0,20}", fullmatch=True))
RULES = {"agency": agency("detran-mg"), "establishment_cnpj": "99791605000105"}


def leaves(value: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name))
    else:
        yield value


def well_said(problem: Problem) -> bool:
    return problem.field in FIELDS and bool(CODE.fullmatch(problem.code)) and bool(SENTENCE.fullmatch(problem.message))


@given(st.sampled_from(SALES), st.dictionaries(st.sampled_from(sorted(FIELDS)), ANYTHING), st.booleans())
def test_no_text_in_any_field_does_worse_than_a_problem(kind: str, words: dict[str, str], has_scan: bool) -> None:
    facts, problems = read_order(kind, words, has_scan=has_scan)
    assert [problem for problem in problems if not well_said(problem)] == []
    assert len(set(problems)) == len(problems)
    assert {problem.field for problem in problems} <= {name for name, text in words.items() if text.strip()} | {
        "buyer_city_code",
        "sale_city_code",
    }
    for leaf in leaves(facts):
        assert not isinstance(leaf, str) or not re.search("[\x00\ud800-\udfff]", leaf)
    assert len(facts.seller.email) <= 254
    assert facts.sale.price_cents is None or 0 <= facts.sale.price_cents <= MOST_CENTS
    assert facts.vehicle.mileage is None or 0 <= facts.vehicle.mileage < 10_000_000


@given(st.sampled_from(SALES), st.sampled_from(sorted(FIELDS)), ANYTHING)
def test_one_bad_field_in_a_good_sale_never_breaks_the_judging(kind: str, name: str, text: str) -> None:
    words = typed(vehicle(), seller="99791605000105", origin="atpve", atpve_number="1" * 15) | {name: text}
    _, problems = judge(kind, words, has_scan=False, today=agency("detran-mg").services[0].offered_since, **RULES)
    assert [p for p in problems if p.field not in FIELDS | {"scan", ""} or not SENTENCE.fullmatch(p.message)] == []


TEXT = st.text(st.characters(categories=["L", "N"], include_characters="'-."), min_size=1, max_size=60)
NAMES = TEXT.filter(lambda text: len(text) > 2)
EMAILS = st.from_regex(r"[a-z0-9._+-]{1,30}@[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?(\.[a-z]{2,5}){1,2}", fullmatch=True)
PHONES = st.from_regex(r"[1-9]{2}9?[0-9]{8}", fullmatch=True).filter(lambda t: not (t.startswith("55")))
TOWNS = st.sampled_from(municipalities("MG"))
DOCUMENTS = st.one_of(numbers.cpfs(), numbers.cnpjs())


@st.composite
def parties(draw: Any, *, at_home: bool) -> Party:
    town = draw(TOWNS)
    home = Address(
        draw(numbers.ceps()), draw(TEXT), draw(TEXT)[:10], draw(TEXT), draw(TEXT), town.name, town.code, town.uf
    )
    return Party(draw(DOCUMENTS), draw(NAMES), draw(EMAILS), draw(PHONES), home if at_home else Address())


@st.composite
def orders(draw: Any) -> OrderFacts:
    kind = draw(st.sampled_from(SALES))
    intention = kind == SALE_INTENTION
    town = draw(TOWNS)
    return OrderFacts(
        kind=kind,
        vehicle=Vehicle(
            draw(numbers.plates()),
            draw(numbers.renavams()),
            draw(numbers.chassis()),
            draw(numbers.crv_numbers()) if intention else "",
            draw(numbers.security_codes()) if intention else "",
            draw(TEXT),
            draw(st.none() | st.integers(0, 9_999_999)),
        ),
        seller=draw(parties(at_home=False)),
        buyer=draw(parties(at_home=True)),
        sale=Sale(draw(st.dates()), draw(st.integers(0, MOST_CENTS)), town.name, town.code),
        evidence=Evidence()
        if intention
        else Evidence("paper_atpv", "1" * 15, draw(numbers.crv_numbers()), draw(numbers.security_codes()), True),
    )


@given(orders())
def test_what_an_order_says_is_read_back_from_what_is_typed(facts: OrderFacts) -> None:
    words = typed_from(facts, for_kind=facts.kind)
    assert words.keys() <= FIELDS
    assert read_order(facts.kind, words, has_scan=facts.evidence.has_scan) == (facts, [])


@given(st.data())
def test_separators_and_case_do_not_matter(data: st.DataObject) -> None:
    plate, dirty_plate = data.draw(numbers.dirtied(numbers.plates()))
    chassis, dirty_chassis = data.draw(numbers.dirtied(numbers.chassis()))
    document, dirty_document = data.draw(numbers.dirtied(DOCUMENTS))
    words = {"plate": dirty_plate, "chassis": dirty_chassis, "buyer_document": dirty_document}
    facts, problems = read_order(SALE_INTENTION, words)
    assert (facts.vehicle.plate, facts.vehicle.chassis, facts.buyer.document, problems) == (
        plate,
        chassis,
        document,
        [],
    )


BAD = {
    "um CPF de um só dígito": ("buyer_document", "111.111.111-11", "cpf_repetido"),
    "um CPF trocado": ("buyer_document", "123.456.789-00", "cpf_digito"),
    "um CNPJ trocado": ("seller_document", "99.791.605/0001-06", "cnpj_digito"),
    "um I no chassi": ("chassis", "9BWZZZ377VI004251", "chassi_letras"),
    "um O no chassi": ("chassis", "9BWZZZ377VO004251", "chassi_letras"),
    "um Q no chassi": ("chassis", "9BWZZZ377VQ004251", "chassi_letras"),
    "uma placa de fora": ("plate", "AB 123 CD", "placa_formato"),
    "um Renavam trocado": ("renavam", "12345678901", "renavam_digito"),
    "um dia que não existe": ("sale_date", "31/02/2026", "data"),
    "um valor em palavras": ("price", "noventa mil", "valor"),
    "um e-mail sem domínio": ("buyer_email", "zulmira@exemplo", "email"),
    "um telefone sem DDD": ("buyer_phone", "98888-7777", "telefone"),
    "um CEP curto": ("buyer_cep", "3101", "cep_tamanho"),
    "uma UF que não há": ("buyer_uf", "XX", "uf_inexistente"),
    "uma quilometragem com vírgula": ("mileage", "45,2", "quilometragem"),
    "um nome sem fim": ("buyer_name", "a" * 121, "texto_longo"),
    "um nome de uma letra": ("seller_name", "A", "texto_curto"),
    "uma rua que não cabe na mensagem": ("buyer_street", "r" * 101, "texto_longo"),
    "um e-mail com acento": ("buyer_email", "joão@exemplo.com.br", "email"),
    "um e-mail com domínio de uma letra": ("buyer_email", "a@b.c", "email"),
    "um sinal que ninguém vê": ("buyer_name", "ABC\u202eDEF", "caractere_invalido"),
    "um sinal de controle": ("buyer_district", "Centro\x07", "caractere_invalido"),
    "um NUL": ("buyer_name", "a\x00b", "caractere_invalido"),
    "um NUL num e-mail": ("buyer_email", "a\x00b@exemplo.com", "caractere_invalido"),
    "meio par": ("buyer_street", "rua \ud83d", "caractere_invalido"),
    "um município que não há": ("buyer_city_code", "3199999", "municipio_inexistente"),
    "um município de outro nome": ("sale_city_code", "3106200", "municipio_diverge"),
    "um município de outra UF": ("buyer_city_code", "3509502", "municipio_de_outra_uf"),
    "um município da venda de outra UF": ("sale_city_code", "3509502", "municipio_de_outra_uf"),
}


@pytest.mark.parametrize(("name", "text", "code"), BAD.values(), ids=list(BAD))
def test_each_bad_input_is_said_beside_its_field(name: str, text: str, code: str) -> None:
    good = typed(vehicle(), seller="99791605000105")
    assert read_order(SALE_INTENTION, good)[1] == []
    _, problems = read_order(SALE_INTENTION, good | {name: text})
    assert [(problem.field, problem.code) for problem in problems] == [(name, code)]
    assert all(well_said(problem) for problem in problems)


def test_everything_wrong_is_said_at_once() -> None:
    bad = {name: text for name, text, _ in list(BAD.values())[:15]}
    _, problems = read_order(SALE_INTENTION, typed(vehicle(), seller="99791605000105") | bad)
    assert {problem.field for problem in problems} == set(bad)


def test_what_a_person_typed_of_an_atpve_says_nothing_of_an_intention() -> None:
    facts, problems = read_order(SALE_INTENTION, {"atpve_number": "7" * 15, "origin": "atpve"}, has_scan=True)
    assert (facts.evidence, problems) == (Evidence(), [])
    facts, _ = read_order(SALE_COMMUNICATION, {"atpve_number": "7" * 15, "origin": "atpve"})
    assert facts.evidence.atpve_number == "7" * 15


def test_the_state_of_the_sale_may_be_written_as_people_write_it() -> None:
    facts, problems = read_order(SALE_INTENTION, {"sale_city": "uberlandia", "sale_uf": "minas gerais"})
    assert (facts.sale.city_code, problems) == ("3170206", [])
    _, problems = read_order(SALE_INTENTION, {"sale_city": "Uberlândia", "sale_uf": "Minas"})
    assert [problem.field for problem in problems] == ["sale_uf"]
