"""What a DETRAN refuses, in the order in which it looks: pure functions from facts to a refusal code."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.detran.schemas import Comunicado, ComunicadoAtpve, ComunicadoPapel, IntencaoVenda, Veiculo

REFUSALS = {
    "IV-001": "Veículo não encontrado na base deste DETRAN.",
    "IV-002": "Placa, Renavam e chassi não pertencem ao mesmo veículo.",
    "IV-003": "Vendedor não é o proprietário do veículo.",
    "IV-004": "Número do CRV ou código de segurança não confere.",
    "IV-005": "Veículo já possui intenção de venda ativa.",
    "IV-006": "Veículo com restrição judicial.",
    "IV-007": "Veículo com registro de furto ou roubo.",
    "IV-008": "Veículo com alienação fiduciária ativa (gravame).",
    "IV-009": "Veículo já possui comunicado de venda.",
    "IV-010": "Comprador e vendedor são a mesma pessoa.",
    "IV-011": "Veículo baixado.",
    "IV-012": "Intenção de venda não está registrada.",
    "IV-013": "ATPV-e já emitida: cancelamento não permitido.",
    "IV-014": "ATPV-e cancelada.",
    "CI-001": "Intenção de venda não encontrada.",
    "CI-002": "Intenção de venda incluída por outra integradora.",
    "CI-003": "Intenção de venda já cancelada.",
    "CI-004": "Intenção de venda já comunicada.",
    "CI-005": "ATPV-e já lida: cancelamento não permitido.",
    "CI-006": "Requerente não é o vendedor.",
    "CV-001": "Veículo não encontrado na base deste DETRAN.",
    "CV-002": "Placa, Renavam e chassi não pertencem ao mesmo veículo.",
    "CV-003": "Vendedor não é o proprietário do veículo.",
    "CV-004": "ATPV-e inexistente ou de outro veículo.",
    "CV-005": "ATPV-e cancelada ou já utilizada.",
    "CV-006": "Dados divergem da ATPV-e.",
    "CV-007": "Número ou código de segurança do ATPV não confere.",
    "CV-008": "Veículo já possui comunicado de venda.",
    "CV-009": "Comprador e vendedor são a mesma pessoa.",
    "CV-010": "Data da venda anterior à emissão da ATPV-e.",
    "CV-011": "Veículo com restrição judicial.",
    "CV-012": "Veículo com registro de furto ou roubo.",
    "CV-013": "Este DETRAN não recebe ATPV em papel.",
    "CC-001": "Comunicado de venda não encontrado.",
    "CC-002": "Comunicado de venda incluído por outra integradora.",
    "CC-003": "Comunicado de venda já cancelado.",
    "CC-004": "Comunicado de venda já tem cancelamento em andamento.",
    "CC-005": "Requerente não é o vendedor.",
    "CC-006": "Veículo já transferido.",
    "GU-001": "Já existe guia em aberto.",
    "GU-002": "Guia paga aguarda compensação.",
    "GU-003": "Cancelamento não aguarda taxa.",
}


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """What the base knows of a vehicle."""

    placa: str
    renavam: str
    chassi: str
    documento_proprietario: str
    numero_crv: str
    codigo_seguranca_crv: str
    tipo_crv: str
    restricoes: frozenset[str]
    intencao_ativa: bool
    comunicado_ativo: bool

    def bears(self, names: Veiculo) -> bool:
        """Say whether all three names are this vehicle's."""
        return (self.placa, self.renavam, self.chassi) == (names.placa, names.renavam, names.chassi)


@dataclass(frozen=True, slots=True)
class AtpveFacts:
    """What the base knows of an ATPV-e and the intention it came from."""

    chassi: str
    situacao: str
    documento_comprador: str
    data_venda: str
    valor: str


def intention_refusal(wish: IntencaoVenda, *, found: Sequence[VehicleFacts]) -> str | None:
    """Return the code that refuses an intention, None when it is registered.

    `found` are the vehicles of the base that bear at least one of the three names.
    """
    if not found:
        return "IV-001"
    vehicle = found[0]
    judgements = (
        ("IV-002", len(found) > 1 or not vehicle.bears(wish.veiculo)),
        ("IV-003", vehicle.documento_proprietario != wish.vendedor.documento),
        ("IV-004", not _holds_crv(vehicle, wish.veiculo.numero_crv, wish.veiculo.codigo_seguranca_crv)),
        ("IV-005", vehicle.intencao_ativa),
        ("IV-006", "JUDICIAL" in vehicle.restricoes),
        ("IV-007", "FURTO" in vehicle.restricoes),
        ("IV-008", "GRAVAME" in vehicle.restricoes),
        ("IV-009", vehicle.comunicado_ativo),
        ("IV-010", wish.comprador.documento == wish.vendedor.documento),
        ("IV-011", "BAIXADO" in vehicle.restricoes),
    )
    return next((code for code, refused in judgements if refused), None)


def communication_refusal(
    wish: Comunicado, *, found: Sequence[VehicleFacts], atpve: AtpveFacts | None, origins: frozenset[str]
) -> str | None:
    """Return the code that refuses a communication, None when it is registered.

    `atpve` is the one whose number the wish names, `origins` what this DETRAN lets a communication start from.
    """
    if wish.origem not in origins:
        return "CV-013"
    if not found:
        return "CV-001"
    vehicle = found[0]
    if len(found) > 1 or not vehicle.bears(wish.veiculo):
        return "CV-002"
    if vehicle.documento_proprietario != wish.vendedor.documento:
        return "CV-003"
    return _origin_refusal(wish, vehicle, atpve) or next(
        (
            code
            for code, refused in (
                ("CV-008", vehicle.comunicado_ativo),
                ("CV-009", wish.comprador.documento == wish.vendedor.documento),
                ("CV-011", "JUDICIAL" in vehicle.restricoes),
                ("CV-012", "FURTO" in vehicle.restricoes),
            )
            if refused
        ),
        None,
    )


def cancellation_refusal(*, situation: str, was_read: bool, cancels_after_reading: bool) -> str | None:
    """Return the code that refuses cancelling an intention, None when it is cancelled."""
    if situation != "REGISTRADA":
        return "IV-012"
    return "IV-013" if was_read and not cancels_after_reading else None


def _origin_refusal(wish: Comunicado, vehicle: VehicleFacts, atpve: AtpveFacts | None) -> str | None:
    match wish:
        case ComunicadoPapel(atpv=paper):
            holds = vehicle.tipo_crv != "DIGITAL" and _holds_crv(vehicle, paper.numero, paper.codigo_seguranca)
            return None if holds else "CV-007"
        case ComunicadoAtpve():
            return _atpve_refusal(wish, atpve)


def _atpve_refusal(wish: ComunicadoAtpve, atpve: AtpveFacts | None) -> str | None:
    if atpve is None or atpve.chassi != wish.veiculo.chassi:
        return "CV-004"
    if atpve.situacao != "REGISTRADA":
        return "CV-005"
    if wish.venda.data < atpve.data_venda:
        return "CV-010"
    same = (wish.comprador.documento, wish.venda.data, wish.venda.valor) == (
        atpve.documento_comprador,
        atpve.data_venda,
        atpve.valor,
    )
    return None if same else "CV-006"


def _holds_crv(vehicle: VehicleFacts, number: str, code: str) -> bool:
    return (vehicle.numero_crv, vehicle.codigo_seguranca_crv) == (number, code)
