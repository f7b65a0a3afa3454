"""Everything that is wrong with what was typed: what cannot be read and what may not be sent, in one list."""

import datetime as dt
from collections.abc import Mapping

from brazil.places import find_municipality, municipality
from kernel.errors import Problem
from transactions.rules.agencies import SALE_COMMUNICATION, Agency
from transactions.rules.facts import OrderFacts
from transactions.rules.reading import read_order
from transactions.rules.submission import problems

MISSING = "obrigatorio"
# What belongs to one origin of a communication says nothing when it rests on the other.
OF_THE_OTHER_ORIGIN = {"atpve": ("atpv_number", "atpv_security_code"), "paper_atpv": ("atpve_number",)}
# People type the municipality's name; the code is found by it, once the state is known.
CODE_RESTS_ON = {
    "buyer_city_code": ("buyer_city", "buyer_uf"),
    "sale_city_code": ("sale_city",),
}


def judge(
    kind: str,
    typed: Mapping[str, str],
    *,
    has_scan: bool,
    agency: Agency,
    establishment_cnpj: str,
    today: dt.date,
) -> tuple[OrderFacts, list[Problem]]:
    """The facts, and every Problem of every field. A field that could not be read is not called missing as well,
    and a municipality that is missing is asked for by its name."""
    facts, unread = read_order(kind, relevant(kind, typed), has_scan=has_scan)
    found = problems(facts, agency=agency, establishment_cnpj=establishment_cnpj, today=today)
    troubled = {problem.field for problem in unread}
    missing = {problem.field for problem in found if problem.code == MISSING}
    kept = [p for p in found if not (p.code == MISSING and _said_already(p.field, typed, troubled, missing))]
    return facts, [_by_name(problem, typed) for problem in unread + kept]


def relevant(kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Without the numbers of the origin that was not chosen, and without codes of municipalities no longer named."""
    other = OF_THE_OTHER_ORIGIN.get(typed.get("origin", ""), ()) if kind == SALE_COMMUNICATION else ()
    stale = [
        code for code, (city, *_) in CODE_RESTS_ON.items() if _of_another(typed.get(code, ""), typed.get(city, ""))
    ]
    return {name: text for name, text in typed.items() if name not in (*other, *stale)}


def _of_another(code: str, city: str) -> bool:
    """The name is what people see and change; a code they do not see must not contradict it."""
    known = municipality(code.strip())
    return known is not None and bool(city.strip()) and find_municipality(city, uf=known.uf) != known


def _said_already(field: str, typed: Mapping[str, str], troubled: set[str], missing: set[str]) -> bool:
    rests_on = CODE_RESTS_ON.get(field, ())
    unnamed = bool(rests_on) and not typed.get(rests_on[0], "").strip()
    return field in troubled or (not unnamed and any(name in troubled | missing for name in rests_on))


def _by_name(problem: Problem, typed: Mapping[str, str]) -> Problem:
    """What is wrong with a code that nobody typed is wrong with the municipality's name."""
    city = CODE_RESTS_ON.get(problem.field, ("",))[0]
    if city and (not typed.get(problem.field, "").strip() or _of_another(typed[problem.field], typed.get(city, ""))):
        return Problem(city, problem.code, problem.message)
    return problem
