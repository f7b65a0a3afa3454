"""The codes of a slip and the judgement of its payments, for all there is to be coded and judged."""

import datetime as dt
import string

from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from sandbox.detran import cancel_rules, slip_codes
from tests.sandbox import specimens

PLAN = specimens.fee_plan(("2026-01-01", "187.42"))
CENTS = st.integers(min_value=1, max_value=10**11 - 1)
NUMBERS = st.text(string.digits, min_size=13, max_size=13)
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2099, 12, 31))
EFFECTS = st.lists(st.sampled_from([cancel_rules.ACCEPTED, *cancel_rules.SITUATION_AFTER]), max_size=5)


def reais(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def test_the_published_examples_hold():
    assert slip_codes.modulo_10("01230067896") == "3"  # FEBRABAN, layout de arrecadação
    assert slip_codes.crc16("123456789") == "29B1"  # CRC-16/CCITT-FALSE's check value


@given(st.text(string.digits, min_size=1, max_size=44))
def test_modulo_10_is_luhns(digits):
    assert slip_codes.modulo_10(digits) == luhn.calc_check_digit(digits)


@given(CENTS, DAYS, NUMBERS)
def test_a_bar_code_says_what_was_put_in(cents, due, number):
    code = slip_codes.bar_code(febraban_number="9931", value=reais(cents), due=due, number=number)
    assert len(code) == 44
    assert (code[:3], int(code[4:15]), code[15:19]) == ("856", cents, "9931")
    assert (code[19:27], code[27:40], code[40:]) == (due.strftime("%Y%m%d"), number, "0001")
    assert luhn.is_valid(code[:3] + code[4:] + code[3])


@given(CENTS, DAYS, NUMBERS, st.integers(0, 47), st.integers(1, 9))
def test_one_wrong_digit_of_a_typeable_line_is_noticed(cents, due, number, place, off):
    code = slip_codes.bar_code(febraban_number="9931", value=reais(cents), due=due, number=number)
    line = slip_codes.typeable_line(code)
    wrong = line[:place] + str((int(line[place]) + off) % 10) + line[place + 1 :]
    assert all(luhn.is_valid(line[start : start + 12]) for start in range(0, 48, 12))
    assert not all(luhn.is_valid(wrong[start : start + 12]) for start in range(0, 48, 12))


@given(st.integers(1, 99_999_999), st.integers(2025, 2099))
def test_slip_numbers_differ_and_carry_their_check_digit(sequence, year):
    number = slip_codes.slip_number(ibge_code="31", year=year, sequence=sequence)
    assert number[:12] == f"31{year % 100:02d}{sequence:08d}"
    assert len(number) == 13
    assert number.isdigit()


@given(st.integers(1, 10**12), NUMBERS)
def test_a_br_code_ends_in_its_own_check(cents, number):
    text = slip_codes.br_code(PLAN, value=reais(cents), number=number)
    assert text[-4:] == slip_codes.crc16(text[:-4])
    assert text[-8:-4] == "6304"
    assert text.isascii()
    assert f"54{len(reais(cents)):02d}{reais(cents)}5802BR" in text
    assert f"0515GU{number}" in text


@given(EFFECTS, st.sampled_from([None, "2026-11-20T10:00:00.000-03:00"]))
def test_a_slip_shows_the_worst_that_matters(effects, cleared):
    situation = cancel_rules.slip_situation(
        effects, due="2026-11-25", now="2026-11-20T10:00:00.000-03:00", cleared=cleared
    )
    if not effects:
        assert situation == "EMITIDA"
    elif {"EM_DUPLICIDADE", "APOS_CONCLUSAO"} & set(effects):
        assert situation == "PAGA_EM_DUPLICIDADE"
    elif cancel_rules.ACCEPTED in effects:
        assert situation == ("COMPENSADA" if cleared else "PAGA")
    else:
        assert situation == {"EM_ATRASO": "PAGA_EM_ATRASO", "A_MENOR": "PAGA_A_MENOR"}[effects[-1]]


@given(CENTS, CENTS, DAYS, DAYS, st.booleans(), st.booleans())
def test_only_a_first_payment_in_time_and_in_full_is_accepted(paid, asked, day, due, is_over, is_settled):
    effect = cancel_rules.effect_of(
        value=reais(paid),
        at=f"{day}T23:59:59.999-03:00",
        due=due.isoformat(),
        asked=reais(asked),
        is_over=is_over,
        is_settled=is_settled,
    )
    good = paid >= asked and day <= due and not is_over and not is_settled
    assert (effect == cancel_rules.ACCEPTED) == good
