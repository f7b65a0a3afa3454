"""What is left to see of personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brazil.masks import mask_cpf, mask_document, mask_email, mask_name, mask_phone
from tests.brazil import strategies as some


@pytest.mark.parametrize(
    ("shown", "masked"),
    [
        (mask_cpf("12345678909"), "***.456.789-**"),
        (mask_cpf("123"), "***"),
        (mask_document("12345678909"), "***.456.789-**"),
        (mask_document("99063531000190"), "99.063.531/0001-90"),
        (mask_name("Leocádia Inventada da Hora"), "Leocádia I. H."),
        (mask_name("Zulmira"), "Z***"),
        (mask_name("  "), "***"),
        (mask_email("leocadia@example.com.br"), "l***@example.com.br"),
        (mask_email("leocadia"), "***"),
        (mask_phone("33958287060"), "(33) *****-7060"),
        (mask_phone("(31) 3491-8257"), "(31) ****-8257"),
        (mask_phone("+55 33 95828-7060"), "(33) *****-7060"),
        (mask_phone("7060"), "***"),
    ],
)
def test_enough_is_left_to_recognise_and_no_more(shown: str, masked: str) -> None:
    assert shown == masked


@given(some.cpfs())
def test_a_masked_cpf_hides_five_digits(cpf: str) -> None:
    assert sum(c.isdigit() for c in mask_cpf(cpf)) == 6


@given(st.text())
def test_masks_take_any_text(text: str) -> None:
    for mask in (mask_cpf, mask_document, mask_name, mask_email, mask_phone):
        assert mask(text)
