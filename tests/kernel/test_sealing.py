"""What is sealed opens only whole, in its place, with a key that is known."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.sealing import SealBroken, Sealer

OLD, NEW = b"o" * 32, b"n" * 32
CONTEXT = "document:1"


def text_of(*keys: tuple[str, bytes]) -> str:
    return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys)


@given(st.binary(max_size=300), st.text(max_size=50, alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_in_its_place(content: bytes, context: str) -> None:
    sealer = Sealer({"1": NEW})
    assert sealer.open(sealer.seal(content, context=context), context=context) == content


def test_changing_any_byte_breaks_the_seal() -> None:
    sealer = Sealer({"1": NEW, "0": OLD})
    sealed = sealer.seal(b"ATPV-e", context=CONTEXT)
    for place in range(len(sealed)):
        for change in (1, 0x80):
            spoilt = bytearray(sealed)
            spoilt[place] ^= change
            with pytest.raises(SealBroken):
                sealer.open(bytes(spoilt), context=CONTEXT)


def test_cutting_or_growing_breaks_the_seal() -> None:
    sealer = Sealer({"1": NEW})
    sealed = sealer.seal(b"ATPV-e", context=CONTEXT)
    for spoilt in [sealed[:length] for length in range(len(sealed))] + [sealed + b"\x00", b"1:" + sealed]:
        with pytest.raises(SealBroken):
            sealer.open(spoilt, context=CONTEXT)


@given(st.binary(max_size=80))
def test_rubbish_is_a_broken_seal_and_nothing_worse(rubbish: bytes) -> None:
    with pytest.raises(SealBroken):
        Sealer({"1": NEW}).open(rubbish, context=CONTEXT)
    with pytest.raises(SealBroken):
        Sealer({"1": NEW}).open(b"1:" + rubbish, context=CONTEXT)


def test_what_belongs_elsewhere_does_not_open() -> None:
    sealer = Sealer({"1": NEW})
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(b"x", context=CONTEXT), context="document:2")


def test_keys_are_rotated() -> None:
    before = Sealer.from_text(text_of(("1", OLD)))
    after = Sealer.from_text(text_of(("2", NEW), ("1", OLD)))
    old = before.seal(b"x", context=CONTEXT)
    assert after.open(old, context=CONTEXT) == b"x"
    new = after.seal(b"x", context=CONTEXT)
    assert new.startswith(b"2:")
    with pytest.raises(SealBroken, match="not known"):
        before.open(new, context=CONTEXT)


def test_the_same_content_is_never_sealed_alike() -> None:
    sealer = Sealer({"1": NEW})
    assert len({sealer.seal(b"x", context=CONTEXT) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "1",
        "1:",
        "1:c2hvcnQ=",
        "1:not base64",
        text_of(("é", NEW)),
        text_of(("", NEW)),
        text_of(("x" * 41, NEW)),
        text_of(("1", NEW), ("1", OLD)),
    ],
)
def test_a_bad_setting_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        Sealer.from_text(text)
