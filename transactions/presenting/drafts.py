"""A draft as its page shows it: the form in sections, what is missing, what it costs and until when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from brazil.places import municipalities
from kernel import clock
from kernel.errors import Problem
from kernel.money import format_brl
from tenants.models import Establishment
from transactions.forms import OrderForm, Spec
from transactions.models import Draft
from transactions.models.order import KIND_LABELS
from transactions.presenting.days import Deadline, deadline
from transactions.rules import deadlines
from transactions.rules.agencies import SALE_INTENTION, Agency, Service, agency
from transactions.rules.facts import OrderFacts
from transactions.rules.judging import MISSING, judge
from transactions.selectors import known_party

SCAN_LABEL = "Digitalização do ATPV"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field on the page. `filled`: the NF-e filled it; `before`: what it replaced."""

    field: BoundField
    spec: Spec
    optional: bool
    filled: bool
    before: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something still to be filled in, with the anchor of its field."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Judged:
    facts: OrderFacts
    problems: list[Problem]
    lacks: list[Lack]


def service_of(draft: Draft) -> Service:
    """What the draft's agency offers; a draft is only begun where it offers it."""
    found = agency(draft.agency).service(draft.kind, on=clock.today())
    if found is None:
        raise LookupError(f"{draft.agency} does not offer {draft.kind}.")
    return found


def form_of(draft: Draft) -> OrderForm:
    return OrderForm(draft.data, kind=draft.kind, agency=agency(draft.agency), service=service_of(draft))


def judged(draft: Draft, establishment: Establishment) -> Judged:
    """What the rules say of a draft as it stands, with nothing marked yet."""
    facts, problems = judge(
        draft.kind,
        draft.data,
        has_scan=draft.scan_id is not None,
        agency=agency(draft.agency),
        establishment_cnpj=establishment.cnpj,
        today=clock.today(),
    )
    form = form_of(draft)
    lacks = [Lack(p.field, label_of(form, p.field)) for p in problems if p.code == MISSING]
    return Judged(facts, problems, lacks)


def label_of(form: OrderForm, name: str) -> str:
    if name in form.fields:
        return str(form.fields[name].label)
    return SCAN_LABEL if name == "scan" else name


def draft_page(
    draft: Draft,
    establishment: Establishment,
    *,
    problems: Iterable[Problem] = (),
    nfe_problem: str = "",
    conflict: str = "",
) -> dict[str, Any]:
    """The context of the draft's page. `problems` are shown beside their fields; `conflict` is the number of the
    order that stands in the way."""
    problems = list(problems)
    form = form_of(draft)
    form.mark(problem for problem in problems if problem.field != "scan")
    state = judged(draft, establishment)
    where = agency(draft.agency)
    return {
        "draft": draft,
        "form": form,
        "groups": {name: _shown(form, group, draft) for name, group in form.groups.items()},
        "kind_label": KIND_LABELS[draft.kind],
        "is_intention": draft.kind == SALE_INTENTION,
        "agency": where,
        "lacks": state.lacks,
        "summary": _summary(form, problems, nfe_problem),
        "scan_errors": [problem.message for problem in problems if problem.field == "scan"],
        "takes_paper": "paper_atpv" in service_of(draft).origins,
        "nfe": _nfe(draft),
        "nfe_problem": nfe_problem,
        "conflict": conflict,
        "fee": fee_words(where, draft.kind),
        "term": term_of(where, draft.kind, state.facts.sale.date),
        "cities": municipalities("MG"),
        "known": {who: known_party(draft.data, who=who) for who in ("seller", "buyer")},
    }


def _shown(form: OrderForm, group: dict[str, Spec], draft: Draft) -> list[Shown]:
    filled = (draft.nfe or {}).get("filled", {})
    optional = form.optional_names(form.groups)
    return [
        Shown(form[name], spec, name in optional, filled=name in filled, before=filled.get(name, ""))
        for name, spec in group.items()
    ]


def _summary(form: OrderForm, problems: list[Problem], nfe_problem: str) -> list[dict[str, str]]:
    """Every problem once more, on top, with the way to its field."""
    rows = []
    for problem in problems:
        here = problem.field in form.shown or problem.field == "scan"
        label = label_of(form, problem.field) if here else ""
        anchor = f"id_{problem.field}" if here and problem.field != "origin" else "id_origin_0" if here else ""
        rows.append({"label": label, "anchor": anchor, "message": problem.message})
    if nfe_problem:
        rows.append({"label": "NF-e", "anchor": "id_nfe", "message": nfe_problem})
    return rows


def _nfe(draft: Draft) -> dict[str, Any] | None:
    if draft.nfe is None:
        return None
    candidates = draft.nfe["candidates"]
    chosen = next((c for c in candidates if c["item"] == draft.nfe["item"]), None)
    return {**draft.nfe, "several": len(candidates) > 1, "chosen": chosen, "doubts": chosen["doubts"] if chosen else []}


def fee_words(where: Agency, kind: str) -> str:
    """`R$ 0,00` as the state's table says, or that the state published none."""
    fee = where.fee(kind, on=clock.today())
    return "não informada" if fee is None else format_brl(fee.cents)


@dataclass(frozen=True, slots=True)
class TermShown:
    days: int
    source: str
    deadline: Deadline | None


def term_of(where: Agency, kind: str, sale_date: dt.date | None) -> TermShown | None:
    """The legal term of this kind of order, and the day it ends on once the sale's date is known."""
    term = where.term(kind, on=sale_date or clock.today())
    if term is None:
        return None
    on = deadlines.due_on(where, kind, sale_date=sale_date) if sale_date else None
    return TermShown(term.days, term.source, deadline(on))
