"""The PIX BR Code: the text behind the QR code, also given as *copia e cola*.

After the Banco Central's "Manual de Padrões para Iniciação do Pix" and EMV's merchant-presented mode: fields of two
digits of name, two of length, value; the last one is a CRC-16. A static code names the key and may name the value;
a dynamic one names the address at the receiver's bank where the charge is kept.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from brazil.errors import Invalid
from brazil.text import difference, quoted

GUI = "br.gov.bcb.pix"
NO_TXID = "***"
MOST_NAME, MOST_CITY, MOST_TXID, MOST_ADDRESS, MOST_KEY = 25, 15, 25, 77, 77
MOST_ACCOUNT = 99
MOST_CENTS = 9_999_999_999_99
MOST_CHARACTERS = 512
_TXID = re.compile(r"[A-Za-z0-9]{1,25}")
_ADDRESS = re.compile(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]{1,5})?/[\x21-\x7e]+")
_VALUE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?|\.[0-9]{1,2}")
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_LENGTH = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class BrCode:
    """What a BR Code says: either `key` (static) or `address` without `https://` (dynamic) is set.

    `value_cents` None: the payer types it, or the bank at `address` knows it. `txid` "" : none is given here.
    """

    merchant_name: str
    merchant_city: str
    key: str = ""
    address: str = ""
    value_cents: int | None = None
    txid: str = ""
    description: str = ""
    postal_code: str = ""
    single_use: bool = False

    @property
    def is_dynamic(self) -> bool:
        return bool(self.address)


def build_brcode(
    *,
    merchant_name: str,
    merchant_city: str,
    key: str = "",
    address: str = "",
    value_cents: int | None = None,
    txid: str = "",
    description: str = "",
    postal_code: str = "",
    single_use: bool = False,
) -> str:
    """The text of the QR code. Names lose their accents and are cut at 25 and 15 characters, as the manual asks.

    Exactly one of `key` and `address` (with or without `https://`) is given. Raises Invalid `pix_*`.
    """
    if bool(key) == bool(address):
        raise Invalid("pix_destino", "Informe a chave PIX ou o endereço da cobrança, e só um dos dois.")
    if txid and not _TXID.fullmatch(txid):
        raise Invalid("pix_txid", f"O identificador do PIX tem de 1 a {MOST_TXID} letras sem acento e números.")
    address = address.removeprefix("https://")
    if address and not (_ADDRESS.fullmatch(address) and len(address) <= MOST_ADDRESS):
        raise Invalid("pix_endereco", f"O endereço da cobrança PIX não é válido ou passa de {MOST_ADDRESS} letras.")
    if address and description:
        raise Invalid("pix_descricao", "A descrição só cabe num PIX estático; o dinâmico a guarda no banco.")
    account = [("00", GUI), ("25", address)] if address else [("00", GUI), ("01", _key(key))]
    if description:
        room = MOST_ACCOUNT - len(_written(account)) - 4
        if room < 1:
            raise Invalid("pix_descricao", "Com uma chave PIX tão longa não cabe descrição; deixe-a em branco.")
        account.append(("02", _required(description, room, code="pix_descricao", name="a descrição")))
    name = _required(merchant_name, MOST_NAME, code="pix_nome", name="o nome de quem recebe")
    city = _required(merchant_city, MOST_CITY, code="pix_cidade", name="a cidade de quem recebe")
    fields = [("00", "01")]
    if single_use:
        fields.append(("01", "12"))
    fields += [("26", _written(account)), ("52", "0000"), ("53", "986")]
    if value_cents is not None:
        fields.append(("54", _value_text(value_cents)))
    fields += [("58", "BR"), ("59", name), ("60", city)]
    if postal_code:
        fields.append(("61", _required(postal_code, 10, code="pix_cep", name="o CEP")))
    fields.append(("62", _written([("05", txid or NO_TXID)])))
    unsigned = _written(fields) + "6304"
    return unsigned + crc16(unsigned)


def read_brcode(text: str) -> BrCode:
    """What a QR code or *copia e cola* says, its CRC verified; unknown fields are passed over.

    Raises Invalid `pix_*`: not PIX, cut off, changed on the way, or without what a payment needs.
    """
    payload = _LINE_BREAKS.sub("", text).strip()
    if not payload:
        raise Invalid("pix_vazio", "Cole o código PIX.")
    if len(payload) > MOST_CHARACTERS:
        raise Invalid("pix_longo", f"Um código PIX tem no máximo {MOST_CHARACTERS} caracteres; este tem mais.")
    if not payload.startswith("000201"):
        raise Invalid("pix_formato", "Isto não é um código PIX copia e cola, que começa por 000201.")
    if payload[-8:-4] != "6304" or crc16(payload[:-4]) != payload[-4:].upper():
        raise Invalid("pix_crc", "O código PIX está incompleto ou foi alterado; copie-o de novo por inteiro.")
    fields = _parsed(payload[:-8])
    account = _pix_account(fields)
    if fields.get("53") != "986" or fields.get("58") != "BR":
        raise Invalid("pix_moeda", "Este código não é de um pagamento em reais no Brasil.")
    key, address = account.get("01", ""), account.get("25", "").removeprefix("https://")
    if bool(key) == bool(address):
        raise Invalid("pix_destino", "O código PIX não diz a quem pagar; peça outro a quem o emitiu.")
    if "59" not in fields or "60" not in fields:
        raise Invalid("pix_nome", "O código PIX não diz o nome e a cidade de quem recebe; peça outro.")
    txid = _parsed(fields["62"]).get("05", "") if "62" in fields else ""
    return BrCode(
        merchant_name=fields["59"],
        merchant_city=fields["60"],
        key=key,
        address=address,
        value_cents=_cents(fields["54"]) if "54" in fields else None,
        txid="" if txid == NO_TXID else txid,
        description=account.get("02", ""),
        postal_code=fields.get("61", ""),
        single_use=fields.get("01") == "12",
    )


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes as four upper-case hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode('utf-8', 'replace'), 0xFFFF):04X}"


def plain(text: str) -> str:
    """`text` as a BR Code may carry it: printable ASCII without accents, single blanks, case kept."""
    decomposed = unicodedata.normalize("NFD", " ".join(text.split()))
    return " ".join("".join(c for c in decomposed if " " <= c <= "~").split())


def _required(text: str, most: int, *, code: str, name: str) -> str:
    """The plain text, cut at `most`. A value may not vanish whole."""
    value = plain(text)[:most].rstrip()
    if not value:
        raise Invalid(code, f"Informe {name} em letras comuns.")
    return value


def _key(key: str) -> str:
    if len(key) > MOST_KEY:
        raise Invalid("pix_chave", f"A chave PIX é longa demais; {difference(len(key), MOST_KEY)}.")
    for character in key:
        if not ("!" <= character <= "~"):
            raise Invalid("pix_chave", f"A chave PIX não tem espaços nem acentos; tire {quoted(character)}.")
    return key


def _value_text(cents: int) -> str:
    if not 0 < cents <= MOST_CENTS:
        raise Invalid("pix_valor", "O valor do PIX deve ser maior que zero e caber em dez dígitos de reais.")
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(text: str) -> int | None:
    """Cents of field 54; zero means "not said" in the wild."""
    if not _VALUE.fullmatch(text):
        raise Invalid("pix_valor", "O valor escrito no código PIX não é um número; peça outro código.")
    reais, _, rest = text.partition(".")
    return int(reais or "0") * 100 + int((rest + "00")[:2]) or None


def _pix_account(fields: dict[str, str]) -> dict[str, str]:
    """The one of the fields 26 to 51 that is PIX's: other arrangements may stand beside it."""
    for name in map(str, range(26, 52)):
        if name in fields:
            account = _parsed(fields[name])
            if account.get("00", "").lower() == GUI:
                return account
    raise Invalid("pix_formato", "Este QR code é de outro meio de pagamento, não de PIX.")


def _written(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}{len(value):02d}{value}" for name, value in fields)


def _parsed(text: str) -> dict[str, str]:
    """The fields of one level; a name twice, a wrong length or a rest is refused."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (_LENGTH.fullmatch(name) and _LENGTH.fullmatch(length)) or name in fields:
            raise _malformed()
        start, at = at + 4, at + 4 + int(length)
        if at > len(text):
            raise _malformed()
        fields[name] = text[start:at]
    return fields


def _malformed() -> Invalid:
    return Invalid("pix_estrutura", "O código PIX está malformado; peça outro a quem o emitiu.")
