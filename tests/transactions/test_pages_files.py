"""Files dropped on a draft: every NF-e we have, hostile ones, and the digitised ATPV."""

import gzip
from pathlib import Path

import pytest
from django.test import Client

from tests.support.acting import acting_in
from tests.support.people import Cast
from tests.transactions.pages import a_file, a_sale, begin, beside, orders, send, shown, summary, tree, url
from transactions.models import Draft
from transactions.rules.copying import FIELDS

NOTES = Path(__file__).parents[1] / "brazil" / "nfe"
CAR, TWO = NOTES / "02_venda_carro_usado.xml", NOTES / "08_dois_veiculos_em_dois_itens.xml"
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
STRANGER = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HOSTILE = [
    (BOMB, "define entidades XML"),
    (STRANGER, "define entidades XML"),
    (b"", "está vazio"),
    (b"isto nao e xml", "não é um XML"),
    (b"%PDF-1.7 danfe", "é um PDF (talvez o DANFE)"),
    (gzip.compress(b"<a/>"), "arquivo compactado"),
    (b"<html><body>oi</body></html>", "outro tipo de XML"),
    (b"<a>" + b"x" * (6 * 2**20) + b"</a>", "o limite é 5 MB"),
    (CAR.read_bytes().replace(b"<cStat>100<", b"<cStat>101<"), "foi cancelada"),
]
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0 a made-up picture \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n a made-up picture IEND\xaeB`\x82"


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def saved(cast: Cast, draft: Draft) -> Draft:
    with acting_in(cast.house):
        return Draft.objects.select_related("scan").get(pk=draft.pk)


@pytest.mark.req("AT-05")
@pytest.mark.parametrize("note", sorted(NOTES.glob("*.xml")), ids=lambda path: path.stem)
def test_every_note_fills_the_draft_or_asks_which_vehicle(ana: Client, cast: Cast, note: Path) -> None:
    draft = begin(ana, cast)
    answer = ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(note.read_bytes(), note.name)})
    assert answer.status_code == 302, summary(answer)
    page = ana.get(answer.url)
    several = len(saved(cast, draft).nfe["candidates"]) > 1
    assert bool(tree(page).xpath('//button[@name="item"]')) == several
    if not several:
        assert "campos preenchidos" in page.content.decode()
        for field in ("chassis", "price", "buyer_document", "buyer_name", "seller_document", "sale_date"):
            assert shown(page, field), field


def test_a_note_fills_vehicle_parties_and_price_and_says_so_beside_the_fields(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(CAR.read_bytes(), "n.xml"), "price": "1,00"})
    page = ana.get(url("draft", token=draft.token))
    filled = saved(cast, draft).nfe["filled"]
    assert filled.keys() <= FIELDS
    assert {"plate", "renavam", "chassis", "price", "buyer_street", "buyer_city_code"} <= filled.keys()
    assert page.content.decode().count("filled-mark") >= len(filled) - 2  # the phone of a seller is not on the page
    assert "antes: 1,00" in page.content.decode()


def test_of_two_vehicles_a_person_chooses_one(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(TWO.read_bytes(), "n.xml")})
    page = ana.get(url("draft", token=draft.token))
    assert "traz 2 veículos" in page.content.decode()
    assert shown(page, "plate") == ""
    first, second = saved(cast, draft).nfe["candidates"]
    for candidate in (first, second):
        ana.post(url("draft_nfe", token=draft.token), {"item": str(candidate["item"])})
        page = ana.get(url("draft", token=draft.token))
        assert shown(page, "plate") == candidate["typed"]["plate"]
    ana.post(url("draft_nfe", token=draft.token), {"item": "99"})
    assert saved(cast, draft).nfe["item"] == second["item"]


def test_two_vehicles_are_never_mixed_and_what_a_person_changed_stays(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(TWO.read_bytes(), "n.xml"), "renavam": "typed"})
    with acting_in(cast.house):
        kept = Draft.objects.get(pk=draft.pk)
        del kept.nfe["candidates"][1]["typed"]["renavam"]
        kept.save(update_fields=["nfe"])
    first, second = kept.nfe["candidates"]
    ana.post(url("draft_nfe", token=draft.token), {"item": str(first["item"])})
    ana.post(url("draft_nfe", token=draft.token), {"item": str(second["item"]), "buyer_phone": "(34) 3333-4444"})
    data = saved(cast, draft).data
    assert (data["plate"], data["renavam"]) == (second["typed"]["plate"], "typed")
    ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(CAR.read_bytes(), "n.xml")})
    page = ana.get(url("draft", token=draft.token))
    assert "antes: typed" in page.content.decode()


@pytest.mark.parametrize(("content", "sentence"), HOSTILE, ids=[sentence for _, sentence in HOSTILE])
def test_a_file_that_is_no_use_is_refused_in_words_and_nothing_typed_is_lost(
    ana: Client, cast: Cast, content: bytes, sentence: str
) -> None:
    draft, words = begin(ana, cast), a_sale(cast)
    page = ana.post(url("draft_nfe", token=draft.token), {**words, "nfe": a_file(content, "nota.xml")})
    assert page.status_code == 422
    assert sentence in beside(page, "nfe")
    assert sentence in summary(page)
    assert shown(page, "plate") == words["plate"]
    assert saved(cast, draft).nfe is None


def test_asking_to_read_without_a_file_says_so(ana: Client, cast: Cast) -> None:
    page = ana.post(url("draft_nfe", token=begin(ana, cast).token), {"plate": "ABC1D23"})
    assert "Escolha o XML da NF-e" in beside(page, "nfe")
    assert shown(page, "plate") == "ABC1D23"


def test_fifty_megabytes_are_refused_by_their_size(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    page = ana.post(url("draft_nfe", token=draft.token), {"nfe": a_file(b"<a>" + b" " * (50 * 2**20), "n.xml")})
    assert "50,0 MB" in beside(page, "nfe")


@pytest.mark.req("AT-10")
@pytest.mark.parametrize(("content", "name"), [(PDF, "atpv.pdf"), (JPEG, "atpv.jpg"), (PNG, "atpv.png")])
def test_a_paper_atpv_is_digitised_kept_and_sent(ana: Client, cast: Cast, content: bytes, name: str) -> None:
    draft = begin(ana, cast, kind="communication", origin="paper_atpv")
    answer = ana.post(url("draft_scan", token=draft.token), {"scan": a_file(content, name)})
    assert answer.status_code == 302
    assert name in ana.get(answer.url).content.decode()
    paper = {"origin": "paper_atpv", "atpv_number": "123456789012", "atpv_security_code": "12345678901"}
    sent = send(ana, draft, a_sale(cast, **paper))
    assert sent.status_code == 302, summary(sent)
    (order,) = orders(cast)
    assert (order.kind, order.origin, order.scan_id is not None) == ("sale_communication", "paper_atpv", True)


def test_a_scan_may_come_with_the_sending_itself(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast, kind="communication", origin="paper_atpv")
    paper = {"origin": "paper_atpv", "atpv_number": "123456789012", "atpv_security_code": "12345678901"}
    sent = send(ana, draft, {**a_sale(cast, **paper), "scan": a_file(PDF, "a.pdf")})
    assert sent.status_code == 302, summary(sent)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ not a paper", "atpv.pdf", "não é PDF"),
        (b"<svg onload=x>", "atpv.png", "não é PDF"),
        (PDF[:-6], "atpv.pdf", "incompleto"),
        (b"", "atpv.pdf", "vazio"),
        (PDF + b" " * (5 * 2**20), "atpv.pdf", "o limite é 5 MB"),
    ],
)
def test_what_is_no_scan_is_refused_beside_its_field(
    ana: Client, cast: Cast, content: bytes, name: str, sentence: str
) -> None:
    draft = begin(ana, cast, kind="communication", origin="paper_atpv")
    for posted in (url("draft_scan", token=draft.token), url("draft", token=draft.token)):
        page = ana.post(posted, {"plate": "ABC1D23", "action": "enviar", "scan": a_file(content, name)})
        assert page.status_code == 422
        assert sentence in beside(page, "scan")
        assert shown(page, "plate") == "ABC1D23"
    assert saved(cast, draft).scan is None


def test_a_scan_is_missing_until_it_is_there_and_can_be_taken_off(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast, kind="communication", origin="paper_atpv")
    assert "Envie a digitalização" in beside(send(ana, draft, {"origin": "paper_atpv"}), "scan")
    ana.post(url("draft_scan", token=draft.token), {"scan": a_file(PDF, "a.pdf")})
    ana.post(url("draft_scan", token=draft.token), {"remover": "1"})
    assert saved(cast, draft).scan is None


def test_a_bad_number_of_the_other_origin_does_not_hinder(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast, kind="communication", origin="atpve")
    words = a_sale(cast, origin="atpve", atpve_number="312600000000016", atpv_number="torto")
    assert send(ana, draft, words).status_code == 302
