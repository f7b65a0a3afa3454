"""What this room refuses, in the user's words."""

from kernel.errors import DomainError


class PlaceRefused(DomainError):
    """An ecosystem, establishment or membership that cannot be made so. Its problems name the fields."""

    code = "cadastro_recusado"


class NoTerm(DomainError):
    code = "termo_inexistente"
    status = 409


class TermChanged(DomainError):
    code = "termo_mudou"
    status = 409


class MayNotAccept(DomainError):
    code = "sem_poderes"
    status = 403
