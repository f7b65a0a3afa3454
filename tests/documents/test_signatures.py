"""Signatures of PDFs made here with a throwaway authority: what holds, and every way in which it does not."""

import datetime as dt
import io
import time
import zlib
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.confined import process
from documents.confined import signatures as confined
from documents.signatures import Signature, SignatureReport, inspect
from tests.documents import papers

MOMENT = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.req("AT-07")


def roots() -> list[x509.Certificate]:
    return [papers.authority().certificate]


def look(content: bytes) -> SignatureReport:
    return inspect(content, roots=roots(), moment=MOMENT)


def the_one(content: bytes) -> Signature:
    report = look(content)
    assert report.trouble is None
    [signature] = report.signatures
    return signature


def changed_after(content: bytes) -> bytes:
    """An incremental update that draws something else on the signed page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 0 0 300 300 re f"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_sound_signature_says_who_and_that_it_holds() -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    signature = the_one(papers.sign(papers.pdf(), papers.signer()))
    assert (signature.signer_name, signature.cpf, signature.cnpj) == ("LEOCADIA INVENTADA DA HORA", papers.CPF, "")
    assert signature.intact
    assert signature.covers_whole_file
    assert (signature.later_changes, signature.trust, signature.pades) == ("none", "trusted", True)
    assert signature.claimed_time is not None
    assert signature.claimed_time >= before
    assert signature.proven_time is None
    assert (signature.valid_from, signature.valid_until) == (papers.START, papers.END)
    assert signature.holds


def test_a_company_is_known_by_its_alphanumeric_cnpj_and_responsible_person() -> None:
    by = papers.signer("CONCESSIONARIA INVENTADA LTDA:12ABC34501DE35", papers.company_names())
    signature = the_one(papers.sign(papers.pdf(), by))
    assert signature.signer_name == "CONCESSIONARIA INVENTADA LTDA"
    assert (signature.cnpj, signature.cpf) == (papers.CNPJ, papers.CPF)


@pytest.mark.parametrize("tag", [papers.DER_OCTETS, papers.DER_PRINTABLE, papers.DER_UTF8])
def test_the_cpf_is_read_from_every_string_type_that_authorities_use(tag: int) -> None:
    by = papers.signer(names=papers.person_names(tag=tag))
    assert the_one(papers.sign(papers.pdf(), by)).cpf == papers.CPF


def test_a_cpf_that_does_not_check_is_none() -> None:
    by = papers.signer(names=papers.person_names("00000000000"))
    assert the_one(papers.sign(papers.pdf(), by)).cpf == ""


def test_a_certificate_without_such_names_still_has_its_common_name() -> None:
    signature = the_one(papers.sign(papers.pdf(), papers.signer("Fulano", [])))
    assert (signature.signer_name, signature.cpf, signature.cnpj) == ("Fulano", "", "")
    assert signature.holds


def test_a_signature_outside_pades_is_judged_and_said() -> None:
    signature = the_one(papers.sign(papers.pdf(), papers.signer(), pades=False))
    assert signature.holds
    assert not signature.pades


def test_a_byte_changed_after_signing_is_found() -> None:
    content = papers.sign(papers.pdf(), papers.signer())
    at = content.index(b"50 50 100 100 re")
    signature = the_one(content[:at] + b"51" + content[at + 2 :])
    assert not signature.intact
    assert signature.trust == "unjudged"
    assert not signature.holds


def test_content_changed_by_an_update_after_signing_is_found() -> None:
    signature = the_one(changed_after(papers.sign(papers.pdf(), papers.signer())))
    assert signature.intact  # the bytes that were signed are still there, beneath others
    assert not signature.covers_whole_file
    assert signature.later_changes == "forbidden"
    assert not signature.holds


def test_a_second_signature_leaves_the_first_one_sound() -> None:
    once = papers.sign(papers.pdf(), papers.signer())
    other = papers.signer("CONCESSIONARIA INVENTADA LTDA:12ABC34501DE35", papers.company_names())
    report = look(papers.sign(once, other, field="Assinatura2"))
    first, second = report.signatures
    assert (first.covers_whole_file, first.later_changes) == (False, "allowed")
    assert (second.covers_whole_file, second.later_changes) == (True, "none")
    assert (first.cpf, second.cnpj) == (papers.CPF, papers.CNPJ)
    assert report.all_hold


def test_content_changed_between_two_signatures_spoils_the_first_only() -> None:
    changed = changed_after(papers.sign(papers.pdf(), papers.signer()))
    report = look(papers.sign(changed, papers.signer(), field="Assinatura2"))
    assert [signature.holds for signature in report.signatures] == [False, True]
    assert not report.all_hold


def test_an_unknown_root_is_intact_but_not_trusted() -> None:
    by = papers.signer(by=papers.authority("AC Desconhecida", 1))
    signature = the_one(papers.sign(papers.pdf(), by))
    assert signature.intact
    assert signature.trust == "unknown_root"
    assert not signature.holds


def test_a_chain_is_followed_whether_the_file_or_the_house_knows_its_middle() -> None:
    middle = papers.authority("AC Intermediária", 2, under=papers.authority())
    complete = papers.sign(papers.pdf(), papers.signer(by=middle))
    assert the_one(complete).trust == "trusted"
    bare = papers.sign(papers.pdf(), papers.signer(by=middle, with_chain=False))
    assert the_one(bare).trust == "unknown_root"
    [helped] = inspect(bare, roots=roots(), intermediates=[middle.certificate], moment=MOMENT).signatures
    assert helped.trust == "trusted"
    [unvouched] = inspect(bare, intermediates=[middle.certificate], moment=MOMENT).signatures
    assert unvouched.trust == "unknown_root"


def test_without_roots_nothing_is_trusted() -> None:
    [signature] = inspect(papers.sign(papers.pdf(), papers.signer()), moment=MOMENT).signatures
    assert (signature.intact, signature.trust) == (True, "unknown_root")


def test_the_roots_of_this_machine_are_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read on this side of the wall, where the machine can be made to trust the very authority."""
    bundle = tmp_path / "machine.pem"
    bundle.write_bytes(papers.authority().certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    question = {"roots": [], "intermediates": [], "moment": MOMENT.isoformat()}
    [judged] = papers.apart(confined.read, papers.sign(papers.pdf(), papers.signer()), question)
    assert judged["trust"] == "unknown_root"


def test_a_root_of_the_same_name_with_another_key_is_not_trusted() -> None:
    by = papers.signer(by=papers.authority("AC Inventada", 1))
    assert the_one(papers.sign(papers.pdf(), by)).trust in ("unknown_root", "refused")


def test_validity_is_judged_at_the_moment_asked_for() -> None:
    content = papers.sign(papers.pdf(), papers.signer(until=dt.datetime(2027, 6, 1, tzinfo=dt.UTC)))
    trust = {
        year: inspect(content, roots=roots(), moment=MOMENT.replace(year=year)).signatures[0].trust
        for year in (2024, 2026, 2027)
    }
    assert trust == {2024: "not_yet_valid", 2026: "trusted", 2027: "expired"}


def test_a_certificate_may_not_sign_for_a_new_authority() -> None:
    """A person's certificate is no authority, whatever it has signed."""
    person = papers.signer()
    false_issuer = papers.Authority(
        x509.load_der_x509_certificate(person.signing_cert.dump()),
        papers.key(9),
    )
    content = papers.sign(papers.pdf(), papers.signer("FALSO", by=false_issuer))
    signature = the_one(content)
    assert signature.intact
    assert signature.trust != "trusted"


def test_an_unsigned_pdf_has_no_signatures_and_no_trouble() -> None:
    report = look(papers.pdf())
    assert report == SignatureReport()
    assert not report.is_signed
    assert not report.all_hold


def test_a_pdf_locked_against_editing_only_is_read() -> None:
    assert look(papers.locked_pdf(user_password="")) == SignatureReport()


def test_a_pdf_with_a_password_is_said_to_be_encrypted() -> None:
    assert look(papers.locked_pdf(user_password="segredo")).trouble == "encrypted"


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"nothing of the kind", b"%PDF-1.7\n" + b"\x00" * 5000 + b"%%EOF"],
)
def test_what_is_no_pdf_is_damaged(content: bytes) -> None:
    assert look(content).trouble == "damaged"


def test_a_cut_off_pdf_is_damaged_and_not_taken_for_unsigned() -> None:
    content = papers.sign(papers.pdf(), papers.signer())
    assert look(content[: len(content) - 300]).trouble == "damaged"


def test_a_signature_of_an_unknown_form_is_seen_but_does_not_hold() -> None:
    content = papers.sign(papers.pdf(), papers.signer())
    signature = the_one(content.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 "))
    assert (signature.field, signature.intact, signature.holds) == ("Assinatura1", False, False)


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_no_changed_byte_outside_the_signature_itself_goes_unnoticed(data: st.DataObject) -> None:
    content = signed_once()
    start = content.index(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", start)
    at = data.draw(st.one_of(st.integers(0, start - 1), st.integers(end, len(content) - 1)))
    other = bytes([content[at] ^ data.draw(st.integers(1, 255))])
    assert not look(content[:at] + other + content[at + 1 :]).all_hold


@cache
def signed_once() -> bytes:
    return papers.sign(papers.pdf(), papers.signer())


def test_a_reading_that_takes_too_long_is_ended() -> None:
    started = time.monotonic()
    report = inspect(papers.sign(papers.pdf(), papers.signer()), roots=roots(), wall_seconds=0.05)
    assert report.trouble == "too_costly"
    assert time.monotonic() - started < 3


def test_a_stream_that_swells_is_refused_within_the_limits() -> None:
    """A cross-reference stream of half a megabyte that unpacks to 400 MB."""
    packed = zlib.compress(b"0" * (400 * 2**20))
    head = b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 9999999/W[1 4 2]/Root 2 0 R/Filter/FlateDecode"
    content = head + b"/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    started = time.monotonic()
    assert look(content).trouble in ("damaged", "too_costly")
    assert time.monotonic() - started < process.WALL_SECONDS
