"""What this room refuses, in the user's words."""

from collections.abc import Iterable

from kernel.errors import DomainError, Problem


class OrderNotSubmittable(DomainError):
    """Every problem of every field, at once."""

    code = "pedido_com_pendencias"

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("O pedido tem pendências; corrija os campos marcados.", problems=problems)


class OrderAlreadyLive(DomainError):
    """Another order of the same kind for the same vehicle is on its way. `number` is set when it is one's own."""

    code = "pedido_em_andamento"
    status = 409

    def __init__(self, number: str = "") -> None:
        which = f", o {number}" if number else ""
        words = f"Este veículo já tem um pedido em andamento{which}; acompanhe-o em vez de enviar outro."
        super().__init__(words, problems=[Problem("plate", self.code, words)])
        self.number = number


class AlreadyRegistered(DomainError):
    code = "ja_registrado"
    status = 409

    def __init__(self, number: str, *, what: str) -> None:
        words = f"Este veículo já tem {what}, pedido {number}."
        super().__init__(words, problems=[Problem("plate", self.code, words)])
        self.number = number


class NotNow(DomainError):
    """The state of the order does not allow it."""

    code = "agora_nao"
    status = 409


class AdhesionMissing(DomainError):
    code = "termo_nao_aceito"
    status = 403

    def __init__(self) -> None:
        super().__init__("O Termo de Adesão em vigor ainda não foi aceito por este estabelecimento.")
