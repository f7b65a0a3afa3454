"""The DETRANs as data: every file is whole, sourced and dated."""

import datetime as dt
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pydantic import ValidationError

from brazil.places import clean_uf
from transactions.rules.agencies import FOLDER, KINDS, SALE_COMMUNICATION, Agency, agencies, agency, agency_of
from transactions.rules.submission import REQUIRED, REQUIRED_HERE

FILES = sorted(FOLDER.glob("*.toml"))


def data_of(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def test_every_file_is_an_agency_of_its_own() -> None:
    assert len(agencies()) == len(FILES) >= 2
    assert len({found.uf for found in agencies().values()}) == len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_agency_s_file_is_named_after_it_and_known_to_the_settings(path: Path) -> None:
    found = Agency.model_validate(data_of(path))
    assert found.code == path.stem.replace("_", "-") == f"detran-{found.uf.lower()}"
    assert clean_uf(found.uf) == found.uf
    assert agency_of(found.uf) == agency(found.code) == found
    assert len(found.code) <= 20, "as the order keeps it"
    assert found.uf.lower() in settings.DETRAN_CREDENTIALS


@pytest.mark.parametrize("found", agencies().values(), ids=list(agencies()))
def test_every_row_of_an_agency_says_its_source_and_day(found: Agency) -> None:
    assert [row for row in (*found.services, *found.fees, *found.terms) if len(row.source.strip()) < 10] == []
    for row in (*found.fees, *found.terms):
        assert dt.date(1997, 1, 1) < row.valid_from < dt.date(2100, 1, 1)
    for service in found.services:
        assert set(service.requires) <= set(REQUIRED_HERE), "only what the rules can ask for"
        assert not set(service.requires) & set(REQUIRED)
        assert bool(service.origins) == (service.kind == SALE_COMMUNICATION)


@pytest.mark.parametrize("found", agencies().values(), ids=list(agencies()))
def test_an_agency_says_each_thing_once(found: Agency) -> None:
    assert {service.kind for service in found.services} == set(KINDS)
    assert len(found.services) == len(KINDS)
    for rows in (found.fees, found.terms):
        assert len({(row.kind, row.valid_from) for row in rows}) == len(rows)
    today = dt.date(2026, 11, 21)
    assert all(found.fee(service.kind, on=today) is not None for service in found.services)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("code"),
        lambda data: data.update(connector="soap"),
        lambda data: data.update(novidade=1),
        lambda data: data["calls"].update(quarantine=0),
        lambda data: data["calls"].update(most_doubts=0),
        lambda data: data["services"][0].pop("source"),
        lambda data: data["services"][0].update(kind="outra"),
        lambda data: data["services"][1].update(origins=["fax"]),
        lambda data: data["fees"][0].update(cents=-1),
        lambda data: data["terms"][0].update(days=0),
        lambda data: data["terms"][0].pop("valid_from"),
        lambda data: data["terms"][0].update(notice_days=[-1]),
        lambda data: data["terms"][1].update(counted_from="buyer_term_end"),
        lambda data: data.update(terms=[{**data["terms"][0], "counted_from": "buyer_term_end"}]),
    ],
)
def test_a_wrong_file_is_refused_when_it_is_read(spoil: Any) -> None:
    data = data_of(FILES[0])
    spoil(data)
    with pytest.raises(ValidationError):
        Agency.model_validate(data)


def test_a_row_holds_from_its_day_until_the_next() -> None:
    data = data_of(FILES[0])
    kind = SALE_COMMUNICATION
    days = [dt.date(2021, 4, 12), dt.date(2027, 1, 1), dt.date(2028, 1, 1)]
    data["terms"] = [
        {"kind": kind, "days": n, "counted_from": "sale_date", "valid_from": day, "source": "para o teste"}
        for n, day in ((60, days[0]), (10, days[2]), (30, days[1]))
    ]
    found = Agency.model_validate(data)
    for (before, after), wanted in zip(pairwise(days), (60, 30), strict=True):
        for day in (before, after - dt.timedelta(days=1)):
            term = found.term(kind, on=day)
            assert term is not None
            assert term.days == wanted
    assert found.term(kind, on=days[0] - dt.timedelta(days=1)) is None


def test_nobody_s_agency_is_a_key_error_and_a_state_without_one_has_none() -> None:
    with pytest.raises(KeyError):
        agency("detran-xx")
    assert agency_of("AC") is None
