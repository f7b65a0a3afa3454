"""Every file that must not become a sale is refused with a code and a sentence; nothing else ever escapes."""

import copy
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from brazil.nfe import NfeProblem, clean_nfe_key, read_nfe
from brazil.nfe.gate import MAX_BYTES
from tests.brazil.nfe_signing import SAMPLES, USED_CAR, edited, sample, signed_anew
from tests.brazil.refusals import is_helpful, refusal
from tests.brazil.test_nfe import USED_CAR_TEXT

KEY = "31261099791605000105550010000004881178816920"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
EVENT = (
    f'<procEventoNFe xmlns="{NAMESPACE}" versao="1.00"><evento versao="1.00"><infEvento><chNFe>{KEY}</chNFe>'
    "<tpEvento>{event}</tpEvento></infEvento></evento><retEvento><infEvento><cStat>135</cStat>"
    "</infEvento></retEvento></procEventoNFe>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE nfeProc [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(12))
    + "]><nfeProc>&m;</nfeProc>"
)
STRANGER = '<!DOCTYPE nfeProc [<!ENTITY x SYSTEM "file:///etc/passwd">]><nfeProc>&x;</nfeProc>'


def _without_protocol() -> bytes:
    return re.sub(rb"<protNFe.*</protNFe>", b"", sample(USED_CAR))


def _bare_note() -> bytes:
    found = re.search(rb"<NFe>.*</NFe>", sample(USED_CAR))
    assert found is not None
    return found.group().replace(b"<NFe>", f'<NFe xmlns="{NAMESPACE}">'.encode(), 1)


def _with_signature_of(other: str) -> bytes:
    value = re.compile(rb"<SignatureValue>.*</SignatureValue>")
    found = value.search(sample(other))
    assert found is not None
    return value.sub(found.group(), sample(USED_CAR))


def _protocol(status: str) -> bytes:
    return edited(USED_CAR, ("<cStat>100</cStat>", f"<cStat>{status}</cStat>"), sign=False)


CASES = {
    "empty": (b"", "nfe_nao_e_xml"),
    "blank": (b"\xef\xbb\xbf  \n", "nfe_nao_e_xml"),
    "plain words": ("isto não é XML".encode(), "nfe_nao_e_xml"),
    "a PDF": (b"%PDF-1.7 ...", "nfe_nao_e_xml"),
    "a ZIP": (b"PK\x03\x04....", "nfe_nao_e_xml"),
    "an image": (b"\x89PNG\r\n", "nfe_nao_e_xml"),
    "cut in the middle": (sample(USED_CAR)[:3000], "nfe_nao_e_xml"),
    "very deep": (b"<a>" * 5000 + b"</a>" * 5000, "nfe_nao_e_xml"),
    "very many elements": (b"<a>" + b"<b/>" * 30_000 + b"</a>", "nfe_muito_grande"),
    "50 MB": (b"<a>" + b" " * (50 * 1024 * 1024) + b"</a>", "nfe_muito_grande"),
    "an entity bomb": (BOMB.encode(), "nfe_entidades"),
    "an outside entity": (STRANGER.encode(), "nfe_entidades"),
    "a bomb in UTF-16": (BOMB.encode("utf-16"), "nfe_entidades"),
    "a note with a DOCTYPE": (
        sample(USED_CAR).replace(b"?><nfeProc", b"?><!DOCTYPE nfeProc><nfeProc"),
        "nfe_entidades",
    ),
    "HTML": (b"<html><body>Sess&#227;o expirada</body></html>", "nfe_nao_e_nfe"),
    "a CT-e": (b'<cteProc xmlns="http://www.portalfiscal.inf.br/cte"/>', "nfe_nao_e_nfe"),
    "a correction letter": (EVENT.replace("{event}", "110110").encode(), "nfe_nao_e_nfe"),
    "a summary": (f'<resNFe xmlns="{NAMESPACE}"/>'.encode(), "nfe_nao_e_nfe"),
    "an envelope without note": (f'<nfeProc xmlns="{NAMESPACE}"/>'.encode(), "nfe_nao_e_nfe"),
    "a note without namespace": (
        sample(USED_CAR).replace(f' xmlns="{NAMESPACE}"'.encode(), b""),
        "nfe_nao_e_nfe",
    ),
    "an NFC-e": (edited(USED_CAR, ("<mod>55</mod>", "<mod>65</mod>")), "nfe_nao_e_nfe"),
    "a cancellation event": (EVENT.replace("{event}", "110111").encode(), "nfe_cancelada"),
    "a cancelled status": (_protocol("101"), "nfe_cancelada"),
    "a late cancelled status": (_protocol("151"), "nfe_cancelada"),
    "an event status": (_protocol("135"), "nfe_cancelada"),
    "a note with its cancellation beside": (
        sample(USED_CAR).replace(b"</nfeProc>", EVENT.replace("{event}", "110111").encode() + b"</nfeProc>"),
        "nfe_cancelada",
    ),
    "denied": (_protocol("302"), "nfe_denegada"),
    "rejected": (_protocol("539"), "nfe_nao_autorizada"),
    "without protocol": (_without_protocol(), "nfe_nao_autorizada"),
    "a bare note": (_bare_note(), "nfe_nao_autorizada"),
    "homologation": (edited(USED_CAR, ("<tpAmb>1</tpAmb>", "<tpAmb>2</tpAmb>")), "nfe_homologacao"),
    "homologation only inside": (
        edited(USED_CAR, ("<tpAmb>1</tpAmb><finNFe>", "<tpAmb>2</tpAmb><finNFe>")),
        "nfe_homologacao",
    ),
    "without signature": (
        re.sub(rb"<Signature .*</Signature>", b"", sample(USED_CAR)),
        "nfe_sem_assinatura",
    ),
    "a changed price": (
        edited(USED_CAR, ("<vNF>96900.00</vNF>", "<vNF>9690.00</vNF>"), sign=False),
        "nfe_adulterada",
    ),
    "a changed buyer": (edited(USED_CAR, ("Marilândia", "Mariana"), sign=False), "nfe_adulterada"),
    "a digest of the protocol's own": (
        re.sub(rb"<digVal>.*</digVal>", b"<digVal>AAAAAAAAAAAAAAAAAAAAAAAAAAA=</digVal>", sample(USED_CAR)),
        "nfe_adulterada",
    ),
    "a signature of another note": (_with_signature_of(SAMPLES[0]), "nfe_adulterada"),
    "a signature that speaks of another content": (
        edited(USED_CAR, (f'URI="#NFe{KEY}"', 'URI="#outro"')),
        "nfe_adulterada",
    ),
    "an unknown digest algorithm": (
        edited(USED_CAR, ("xmldsig#sha1", "xmldsig#md5")),
        "nfe_adulterada",
    ),
    "an unknown signature algorithm": (
        edited(USED_CAR, ("xmldsig#rsa-sha1", "xmldsig#dsa-sha1")),
        "nfe_adulterada",
    ),
    "a broken certificate": (
        re.sub(rb"<X509Certificate>.{40}", b"<X509Certificate>" + b"A" * 40, sample(USED_CAR)),
        "nfe_adulterada",
    ),
    "two notes": (
        sample(USED_CAR).replace(b"</NFe>", b"</NFe><NFe/>"),
        "nfe_nao_e_nfe",
    ),
    "a second content beside the signed one": (
        sample(USED_CAR).replace(b"<Signature ", b"<infNFe/><Signature ", 1),
        "nfe_sem_assinatura",
    ),
    "a wrong check digit": (edited(USED_CAR, (KEY, KEY[:43] + "1")), "nfe_chave_invalida"),
    "a short key": (edited(USED_CAR, (KEY, KEY[:40])), "nfe_chave_invalida"),
    "another number than the key's": (
        edited(USED_CAR, ("<nNF>488</nNF>", "<nNF>489</nNF>")),
        "nfe_chave_invalida",
    ),
    "another issuer than the key's": (
        edited(USED_CAR, ("<CNPJ>99791605000105</CNPJ>", "<CNPJ>99063531000190</CNPJ>")),
        "nfe_chave_invalida",
    ),
    "a protocol of another note": (
        edited(USED_CAR, (f"<chNFe>{KEY}", "<chNFe>31261099063531000190550010000010211670882957")),
        "nfe_chave_invalida",
    ),
    "without buyer": (
        signed_anew(re.sub("<dest>.*</dest>", "", sample(USED_CAR).decode())),
        "nfe_incompleta",
    ),
    "a buyer without document": (
        edited(USED_CAR, ("<CPF>54124340966</CPF>", "")),
        "nfe_incompleta",
    ),
    "a buyer whose CPF is wrong": (
        edited(USED_CAR, ("<CPF>54124340966</CPF>", "<CPF>11111111111</CPF>")),
        "nfe_incompleta",
    ),
    "a date without time zone": (
        edited(USED_CAR, ("2026-10-07T15:40:02-03:00</dhEmi>", "2026-10-07T15:40:02</dhEmi>")),
        "nfe_incompleta",
    ),
    "a date that is none": (
        edited(USED_CAR, ("2026-10-07T15:40:02-03:00</dhEmi>", "ontem</dhEmi>")),
        "nfe_incompleta",
    ),
    "a total that is none": (edited(USED_CAR, ("<vNF>96900.00</vNF>", "<vNF>1E9</vNF>")), "nfe_incompleta"),
    "without total": (edited(USED_CAR, ("<vNF>96900.00</vNF>", "")), "nfe_incompleta"),
    "without vehicle": (edited(USED_CAR, (USED_CAR_TEXT, "Garantia de 90 dias")), "nfe_sem_veiculo"),
}


@pytest.mark.req("AT-04", "AT-05", "AT-10")
@pytest.mark.parametrize(("data", "code"), CASES.values(), ids=CASES.keys())
def test_a_file_that_is_no_usable_sale_is_refused_in_words(data: bytes, code: str) -> None:
    started = time.monotonic()
    with pytest.raises(NfeProblem) as refused:
        read_nfe(data)
    assert refused.value.code == code
    assert is_helpful(refused.value)
    assert time.monotonic() - started < 2


def test_the_sentence_for_a_huge_file_tells_its_size() -> None:
    with pytest.raises(NfeProblem, match=r"O arquivo tem 50,0 MB e o limite é 5 MB"):
        read_nfe(b" " * (50 * 1024 * 1024))


def test_a_file_at_the_limit_is_not_refused_for_its_size() -> None:
    data = sample(USED_CAR)
    assert read_nfe(data + b"\n" * (MAX_BYTES - len(data))).number == 488


def test_a_comment_cannot_hide_a_part_of_a_value() -> None:
    data = sample(USED_CAR).replace(b"<nNF>488</nNF>", b"<nNF>48<!-- -->8</nNF>")
    assert read_nfe(data).number == 488


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: f"<a>{text}</a>".encode())))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    refused = refusal(read_nfe, data)
    assert refused is not None
    assert is_helpful(refused)


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(sample(draw(st.sampled_from(SAMPLES))))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["change", "cut", "insert", "double"])):
            case "change":
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place : place + draw(st.integers(1, 60))]
            case "insert":
                data[place:place] = draw(st.binary(min_size=1, max_size=8))
            case "double":
                data[place:place] = data[place : place + draw(st.integers(1, 200))]
    return bytes(data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(_damaged())
def test_a_damaged_note_is_read_unchanged_or_refused_in_words(data: bytes) -> None:
    refused = refusal(read_nfe, data)
    if refused is not None:
        assert is_helpful(refused)
    else:
        assert read_nfe(data) in [read_nfe(sample(name)) for name in SAMPLES]


_FIELDS = re.findall(r"<(\w+)>[^<]+</\1>", re.sub(r"<Signature .*", "", sample(USED_CAR).decode()))
_VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<>&\ufffe\uffff")),
    st.from_regex(r"[0-9A-Z.:/\- ]{0,60}", fullmatch=True),
)


@pytest.mark.filterwarnings("ignore:Failed to convert")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(st.sampled_from(sorted(set(_FIELDS))), _VALUES)
def test_a_signed_note_with_any_value_in_any_field_is_read_or_refused_in_words(field: str, value: str) -> None:
    changed = re.sub(
        f"<{field}>[^<]+</{field}>",
        lambda _: f"<{field}>{value}</{field}>",
        sample(USED_CAR).decode(),
        count=1,
    )
    refused = refusal(read_nfe, signed_anew(changed))
    assert refused is None or is_helpful(refused)


@st.composite
def _rebuilt(draw: st.DrawFn) -> bytes:
    text = sample(draw(st.sampled_from(SAMPLES))).decode()
    root = etree.fromstring(text.encode())
    content = root[0][0]
    for _ in range(draw(st.integers(1, 3))):
        inside = list(content.iterdescendants())
        if not inside:
            break
        element = draw(st.sampled_from(inside))
        parent = element.getparent()
        assert parent is not None
        match draw(st.sampled_from(["remove", "double", "empty", "rename", "attribute", "move"])):
            case "remove":
                parent.remove(element)
            case "double":
                parent.append(copy.deepcopy(element))
            case "empty":
                element.clear()
            case "rename":
                element.tag = draw(st.sampled_from(inside)).tag
            case "attribute":
                name = draw(st.sampled_from(["nItem", "Id", f"{{{XSI}}}type", f"{{{XSI}}}nil"]))
                element.set(name, draw(st.sampled_from(["", "1", "true", "xs:string", "a:b", "9" * 5000])))
            case "move":
                parent.remove(element)
                content.insert(0, element)
    inner = etree.tostring(content, encoding="unicode").replace(f' xmlns="{NAMESPACE}"', "", 1)
    return signed_anew(re.sub("<infNFe.*</infNFe>", lambda _: inner, text, flags=re.DOTALL))


@pytest.mark.filterwarnings("ignore:Failed to convert")
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(_rebuilt())
def test_a_signed_note_of_any_shape_is_read_or_refused_in_words(data: bytes) -> None:
    refused = refusal(read_nfe, data)
    assert refused is None or is_helpful(refused)


@given(st.one_of(st.text(), st.from_regex(r"[0-9A-Z]{44}", fullmatch=True)))
def test_any_text_is_a_key_or_refused_in_words(text: str) -> None:
    refused = refusal(clean_nfe_key, text)
    assert refused is None or is_helpful(refused)
