"""The ATPV-e: a real A4 document with readable text and a QR code that a reader reads."""

import io
import re

import pypdf
import pypdfium2
import pytest
import zxingcpp

from tests.sandbox import specimens


@pytest.fixture
def issued(sandbox, mg):
    asked = specimens.intention(sandbox.put_vehicle(), comprador__nome="José <b>&amp; Filhos</b> 'Ltda'")
    told = mg.post("/intencoes-venda", json=asked).json()
    answer = mg.get(f"/intencoes-venda/{told['protocolo']}/atpve")
    assert answer.status_code == 200
    return asked, told, answer


def test_the_document_says_what_was_sold_by_whom_to_whom(issued):
    asked, told, answer = issued
    assert answer.headers["content-type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    text = reader.pages[0].extract_text()
    for words in (
        "DETRAN-MG",
        "AMBIENTE DE DEMONSTRAÇÃO – SEM VALOR",
        told["numero_atpve"],
        told["protocolo"],
        *(asked["veiculo"][name] for name in ("placa", "renavam", "chassi", "numero_crv")),
        "Seminovos Exemplo de Minas Ltda",
        "José <b>&amp; Filhos</b> 'Ltda'",
        "R$ 96.900,00",
        specimens.today().strftime("%d/%m/%Y"),
    ):
        assert words in text


def test_the_qr_code_names_the_document_and_its_verification_code(issued):
    _, told, answer = issued
    image = pypdfium2.PdfDocument(answer.content)[0].render(scale=2).to_pil()
    [code] = zxingcpp.read_barcodes(image)
    found = re.fullmatch(
        r"https://detran-mg\.example/atpve/verificar\?numero=(\d{15})&codigo=([0-9A-F]{16})", code.text
    )
    assert found is not None
    assert found[1] == told["numero_atpve"]
    assert found[2] in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_only_the_first_reading_is_stamped_and_every_reading_is_the_same(issued, sandbox, mg):
    _, told, first = issued
    path = f"/intencoes-venda/{told['protocolo']}"
    stamped = mg.get(path).json()["atpve_lido_em"]
    assert stamped.endswith("-03:00")
    assert mg.get(f"{path}/atpve").content == first.content
    assert mg.get(path).json()["atpve_lido_em"] == stamped


def test_minas_forbids_cancelling_after_reading_and_sao_paulo_does_not(sandbox, mg, sp):
    for client, uf, status in ((mg, "mg", 409), (sp, "sp", 200)):
        asked = specimens.intention(sandbox.put_vehicle(uf=uf))
        protocol = client.post("/intencoes-venda", json=asked).json()["protocolo"]
        client.get(f"/intencoes-venda/{protocol}/atpve")
        answer = sandbox.try_control("POST", "/cancelamentos", json={"uf": uf, "protocolo": protocol})
        assert answer.status_code == status
