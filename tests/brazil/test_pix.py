"""BR Codes: the manual's example, what is built is read back, and no change on the way goes unnoticed."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brazil.errors import Invalid
from brazil.pix import MOST_CENTS, BrCode, build_brcode, crc16, plain, read_brcode
from tests.brazil.refusals import is_helpful, refusal

# The example of the Banco Central's manual.
MANUAL = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal"
    "6008BRASILIA62070503***63041D3D"
)
EVP = "123e4567-e12b-12d1-a456-426655440000"
ALPHABET = string.ascii_letters + string.digits
pytestmark = pytest.mark.req("AT-08")

words = st.text(alphabet=ALPHABET + " áéíóúãõçÁÇ.&-", min_size=1, max_size=40).filter(lambda text: bool(plain(text)))
txids = st.one_of(st.just(""), st.text(alphabet=ALPHABET, min_size=1, max_size=25))
values = st.one_of(st.none(), st.integers(1, MOST_CENTS))
keys = st.one_of(
    st.just(EVP),
    st.from_regex(r"[0-9]{11}|[0-9A-Z]{12}[0-9]{2}|\+55[0-9]{10,11}", fullmatch=True),
    st.from_regex(r"[a-z0-9.]{1,20}@[a-z]{1,10}\.com", fullmatch=True),
)
addresses = st.from_regex(r"pix\.banco[a-z]{1,5}\.com\.br/qr/v2/[0-9a-f]{32}", fullmatch=True)


@st.composite
def written(draw: st.DrawFn) -> str:
    where = {"key": draw(keys)} if draw(st.booleans()) else {"address": draw(addresses)}
    if "key" in where and draw(st.booleans()):
        where["description"] = draw(words)
    return build_brcode(
        merchant_name=draw(words),
        merchant_city=draw(words),
        value_cents=draw(values),
        txid=draw(txids),
        single_use=draw(st.booleans()),
        **where,
    )


def sealed(unsigned: str) -> str:
    return unsigned + "6304" + crc16(unsigned + "6304")


def test_the_manuals_example_is_read_and_built_to_the_letter() -> None:
    assert read_brcode(MANUAL) == BrCode(merchant_name="Fulano de Tal", merchant_city="BRASILIA", key=EVP)
    assert build_brcode(merchant_name="Fulano de Tal", merchant_city="BRASILIA", key=EVP) == MANUAL


def test_the_crc_is_the_one_of_the_standards() -> None:
    assert crc16("123456789") == "29B1"


def test_a_fee_as_a_state_would_write_it() -> None:
    text = build_brcode(
        merchant_name="Secretaria de Estado de Fazenda de Minas Gerais",
        merchant_city="São João del-Rei",
        address="https://pix.sefaz.example/qr/v2/9d36b84f",
        value_cents=123_45,
        txid="DAE2026000123",
        single_use=True,
    )
    assert "https" not in text
    code = read_brcode(text)
    assert code == BrCode(
        merchant_name="Secretaria de Estado de F",
        merchant_city="Sao Joao del-Re",
        address="pix.sefaz.example/qr/v2/9d36b84f",
        value_cents=123_45,
        txid="DAE2026000123",
        single_use=True,
    )
    assert code.is_dynamic


@given(keys, words, words, values, txids, st.booleans())
def test_a_static_code_is_read_as_it_was_built(
    key: str, name: str, city: str, value: int | None, txid: str, single_use: bool
) -> None:
    text = build_brcode(
        merchant_name=name, merchant_city=city, key=key, value_cents=value, txid=txid, single_use=single_use
    )
    assert text.isascii()
    assert read_brcode(text) == BrCode(
        merchant_name=plain(name)[:25].rstrip(),
        merchant_city=plain(city)[:15].rstrip(),
        key=key,
        value_cents=value,
        txid=txid,
        single_use=single_use,
    )


@given(written(), st.data())
def test_one_changed_character_is_always_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(string.printable).filter(lambda c: c != text[place]))
    assume(other.upper() != text[place] or place < len(text) - 4)  # the CRC itself is taken in both cases
    assert refusal(read_brcode, text[:place] + other + text[place + 1 :]) is not None


@given(written(), st.data())
def test_a_lost_or_doubled_character_is_always_noticed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    assert refusal(read_brcode, text[:place] + text[place + 1 :]) is not None
    assert refusal(read_brcode, text[:place] + text[place] + text[place:]) is not None


@given(written(), st.data())
def test_line_breaks_of_a_mail_do_no_harm(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert read_brcode(f" {text[:place]}\r\n{text[place:]}\n") == read_brcode(text)


@given(written())
def test_what_is_read_can_be_built_again(text: str) -> None:
    code = read_brcode(text)
    again = build_brcode(**{name: getattr(code, name) for name in BrCode.__slots__})
    assert again == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "pix_vazio"),
        ("846700000017435900240209024050002435842210108119", "pix_formato"),
        ("000201" + "x" * 600, "pix_longo"),
        (MANUAL[:-1], "pix_crc"),
        (MANUAL[:-4] + "0000", "pix_crc"),
        (sealed("000201" + "9999x"), "pix_estrutura"),
        (sealed("000201" + "5303986" + "5303986"), "pix_estrutura"),
        (sealed("000201" + "26140010com.outros"), "pix_formato"),
        (sealed(MANUAL[:-8].replace("5303986", "5303840")), "pix_moeda"),
        (sealed("000201" + "26180014br.gov.bcb.pix" + "5303986" + "5802BR"), "pix_destino"),
        (sealed("000201" + "26220014br.gov.bcb.pix0100" + "5303986" + "5802BR"), "pix_destino"),
        (sealed("000201" + "26230014br.gov.bcb.pix0101x" + "5303986" + "5802BR"), "pix_nome"),
        (sealed(MANUAL[:-8].replace("5802BR", "54041,005802BR")), "pix_valor"),
    ],
)
def test_what_is_not_a_payable_pix_is_refused(text: str, code: str) -> None:
    refused = refusal(read_brcode, text)
    assert refused is not None
    assert refused.code == code
    assert is_helpful(refused)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "pix_destino"),
        ({"key": EVP, "address": "pix.example.com/x"}, "pix_destino"),
        ({"key": "a b"}, "pix_chave"),
        ({"key": "x" * 78}, "pix_chave"),
        ({"key": "x" * 77, "description": "não cabe"}, "pix_descricao"),
        ({"key": EVP, "description": "😀"}, "pix_descricao"),
        ({"key": EVP, "txid": "com espaço"}, "pix_txid"),
        ({"key": EVP, "txid": "x" * 26}, "pix_txid"),
        ({"key": EVP, "value_cents": 0}, "pix_valor"),
        ({"key": EVP, "value_cents": MOST_CENTS + 1}, "pix_valor"),
        ({"key": EVP, "merchant_name": "漢字"}, "pix_nome"),
        ({"key": EVP, "merchant_city": " "}, "pix_cidade"),
        ({"address": "http://pix.example.com/x"}, "pix_endereco"),
        ({"address": "pix.example.com/" + "x" * 70}, "pix_endereco"),
        ({"address": "pix.example.com/x", "description": "x"}, "pix_descricao"),
    ],
)
def test_what_cannot_be_written_is_refused(asked: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        build_brcode(**{"merchant_name": "Fulano", "merchant_city": "Uberaba", **asked})
    assert refused.value.code == code
    assert is_helpful(refused.value)


@pytest.mark.parametrize(
    ("written_value", "cents"), [("10", 1000), ("10.5", 1050), ("0.01", 1), (".50", 50), ("0.00", None)]
)
def test_values_are_read_in_every_form_the_standard_allows(written_value: str, cents: int | None) -> None:
    field = f"54{len(written_value):02d}{written_value}"
    assert read_brcode(sealed(MANUAL[:-8].replace("5802BR", f"{field}5802BR"))).value_cents == cents


def test_another_arrangement_beside_pix_is_passed_over() -> None:
    text = sealed(MANUAL[:-8].replace("26580014br", "26140010com.outros27580014br") + "80020099")
    assert refusal(read_brcode, text) is not None  # field 80 is cut off
    text = sealed(MANUAL[:-8].replace("26580014br", "26140010com.outros27580014br") + "8004abcd")
    assert read_brcode(text).key == EVP


@given(st.one_of(st.text(), st.text(alphabet=string.digits).map(lambda rest: sealed("000201" + rest))))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    refused = refusal(read_brcode, text)
    assert refused is None or is_helpful(refused)
