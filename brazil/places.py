"""Brazilian places: CEP, states, and the municipalities by their IBGE code.

The municipalities of Minas Gerais are known by name (brazil/data/municipios_mg.csv says its sources);
of the other states only the shape of the code is judged.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from brazil.errors import Invalid
from brazil.text import exact_digits, fold


@dataclass(frozen=True, slots=True)
class State:
    """A state or the Federal District: `code` is IBGE's two digits."""

    uf: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: IBGE's seven digits, its name, and the four digits of SIAFI's TOM table where known."""

    code: str
    name: str
    uf: str
    tom: str


STATES = (
    State("AC", "Acre", "12"),
    State("AL", "Alagoas", "27"),
    State("AM", "Amazonas", "13"),
    State("AP", "Amapá", "16"),
    State("BA", "Bahia", "29"),
    State("CE", "Ceará", "23"),
    State("DF", "Distrito Federal", "53"),
    State("ES", "Espírito Santo", "32"),
    State("GO", "Goiás", "52"),
    State("MA", "Maranhão", "21"),
    State("MG", "Minas Gerais", "31"),
    State("MS", "Mato Grosso do Sul", "50"),
    State("MT", "Mato Grosso", "51"),
    State("PA", "Pará", "15"),
    State("PB", "Paraíba", "25"),
    State("PE", "Pernambuco", "26"),
    State("PI", "Piauí", "22"),
    State("PR", "Paraná", "41"),
    State("RJ", "Rio de Janeiro", "33"),
    State("RN", "Rio Grande do Norte", "24"),
    State("RO", "Rondônia", "11"),
    State("RR", "Roraima", "14"),
    State("RS", "Rio Grande do Sul", "43"),
    State("SC", "Santa Catarina", "42"),
    State("SE", "Sergipe", "28"),
    State("SP", "São Paulo", "35"),
    State("TO", "Tocantins", "17"),
)
_BY_UF = {state.uf: state for state in STATES}
_BY_CODE = {state.code: state for state in STATES}
_BY_NAME = {fold(state.name): state for state in STATES}


def clean_cep(text: str) -> str:
    """The 8 digits of a CEP; raises Invalid `cep_*`."""
    digits = exact_digits(text, name="o CEP", code="cep", length=8)
    if digits.startswith("000"):
        raise Invalid("cep_inexistente", "Nenhum CEP começa por 000; confira o número.")
    return digits


def format_cep(cep: str) -> str:
    """`30130010` as `30130-010`; anything that is not 8 long comes back as it is."""
    return f"{cep[:5]}-{cep[5:]}" if len(cep) == 8 else cep


def clean_uf(text: str) -> str:
    """The two letters of a state, from the letters or the name in any spelling; raises Invalid `uf_*`."""
    wanted = fold(text)
    if not wanted:
        raise Invalid("uf_vazia", "Informe a UF.")
    state = _BY_UF.get(wanted) or _BY_NAME.get(wanted)
    if state is None:
        raise Invalid("uf_inexistente", "Esta UF não existe; use a sigla do estado, como MG.")
    return state.uf


def state_of(uf: str) -> State:
    """The state with these two letters; raises Invalid `uf_*`."""
    return _BY_UF[clean_uf(uf)]


def state_of_code(ibge_code: str) -> State | None:
    """The state whose IBGE code these two digits are, if any."""
    return _BY_CODE.get(ibge_code)


def clean_municipality(text: str) -> str:
    """The 7 digits of IBGE's municipality code; in MG it must exist, elsewhere begin by a state's code.

    Raises Invalid `municipio_*`.
    """
    code = exact_digits(text, name="o código IBGE do município", code="municipio", length=7)
    state = state_of_code(code[:2])
    if state is None:
        raise Invalid("municipio_uf", f"O código IBGE do município começa por {code[:2]}, que não é de nenhuma UF.")
    if state.uf == "MG" and code not in _minas_by_code():
        raise Invalid("municipio_inexistente", "Este código IBGE não é de nenhum município de Minas Gerais.")
    return code


def municipality(code: str) -> Municipality | None:
    """The municipality with this IBGE code; None when unknown, which outside MG is always."""
    return _minas_by_code().get(code)


def municipalities(uf: str) -> tuple[Municipality, ...]:
    """The municipalities known of a state in the order of their names: all of MG, none of the others."""
    return _minas() if uf == "MG" else ()


def find_municipality(name: str, *, uf: str) -> Municipality | None:
    """The municipality with this name, whatever accents and case, old spellings too; None when unknown."""
    return _minas_by_name().get(fold(name)) if uf == "MG" else None


@cache
def _rows() -> tuple[dict[str, str], ...]:
    table = files("brazil").joinpath("data/municipios_mg.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(table.splitlines(), delimiter=";"))


@cache
def _minas() -> tuple[Municipality, ...]:
    found = (Municipality(row["code"], row["description"], "MG", row["tom_siafi"]) for row in _rows())
    return tuple(sorted(found, key=lambda place: fold(place.name)))


@cache
def _minas_by_code() -> dict[str, Municipality]:
    return {place.code: place for place in _minas()}


@cache
def _minas_by_name() -> dict[str, Municipality]:
    names = {fold(row["grafia_alternativa"]): _minas_by_code()[row["code"]] for row in _rows()}
    names.pop("", None)
    return names | {fold(place.name): place for place in _minas()}
