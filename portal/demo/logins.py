"""The people of the demonstration. Their password is known to everybody, so they exist nowhere else."""

from dataclasses import dataclass

from tenants.roles import LABELS, Role

ECOSYSTEM = "minas-digital"
RIVAL = "serra-verde"
PASSWORD = "veiculo-certo-2026"  # noqa: S105  # printed on purpose; seed_demo refuses a portal that is served by https
CARS, MOTORCYCLES, RIVALS_HOUSE = "seminovos-exemplo", "duas-rodas", "patio-da-serra"


@dataclass(frozen=True, slots=True)
class Person:
    """`places` are slugs of establishments; none: the whole ecosystem."""

    name: str
    email: str
    role: Role
    places: tuple[str, ...] = ()
    ecosystem: str = ECOSYSTEM


OPERATOR = "ana@demo.example"
MANAGER = "gil@demo.example"
RIVAL_MANAGER = "eva@demo.example"
PEOPLE = (
    Person("Ana Prado", OPERATOR, Role.OPERATOR, (CARS, MOTORCYCLES)),
    Person("Gil Nogueira", MANAGER, Role.MANAGER, (CARS, MOTORCYCLES)),
    Person("Rui Teles", "rui@demo.example", Role.READER, (CARS,)),
    Person("Bia Campos", "bia@demo.example", Role.OPERATOR, (MOTORCYCLES,)),
    Person("Ada Lima", "adm@demo.example", Role.ECOSYSTEM_ADMIN),
    Person("Otto Reis", "aud@demo.example", Role.AUDITOR),
    Person("Eva Serrano", RIVAL_MANAGER, Role.MANAGER, (RIVALS_HOUSE,), RIVAL),
)


def text() -> str:
    """How to sign in, one line a person."""
    lines = [
        f"  {person.email:<18} {LABELS[person.role]:<30} {', '.join(person.places) or person.ecosystem}"
        for person in PEOPLE
    ]
    return "\n".join([f"Acessos de demonstração, todos com a senha {PASSWORD}", *lines])
