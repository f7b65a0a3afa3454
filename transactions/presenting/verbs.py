"""The journal's verbs about an order, in the users' words."""

from collections.abc import Mapping
from typing import Any

from journal.models import Event

WORDS = {
    "submitted": "Pedido enviado para a fila",
    "sending": "Envio ao DETRAN iniciado",
    "not_sent": "O envio não saiu; voltou para a fila",
    "unconfirmed": "Resposta do DETRAN não chegou; aguardando para perguntar",
    "absent_sending_again": "O DETRAN não tem o registro; enviado de novo",
    "registered": "Registrado pelo DETRAN",
    "adopted": "Registro encontrado no DETRAN e adotado",
    "refused": "Recusado pelo DETRAN",
    "parked": "Parado à espera de decisão",
    "released": "Verificação pedida",
    "withdrawn": "Retirado da fila",
    "closed": "Encerrado por decisão, depois de conferir no DETRAN",
    "accepted": "Solicitação recebida pelo DETRAN; falta a taxa",
    "cancellation_prepared": "Solicitação de cancelamento gerada",
    "cancellation_sent": "Cancelamento enviado",
    "cancelled": "Cancelado no DETRAN",
    "slip_asked": "Nova guia pedida",
    "slip_issued": "Guia emitida pelo DETRAN",
    "verify_asked": "Verificação do pagamento pedida",
    "duplicity_settled": "Restituição do pagamento em duplicidade pedida",
    "fee_recognised": "Taxa reconhecida pelo DETRAN",
    "concluded": "Cancelamento concluído pelo DETRAN",
    "rejected": "Cancelamento indeferido pelo DETRAN",
    "atpve_asked": "ATPV-e pedida ao DETRAN",
    "atpve_kept": "ATPV-e recebida e guardada",
    "atpve_refused": "ATPV-e negada pelo DETRAN",
    "read": "Documento aberto",
    "stored": "Documento guardado",
}
DATA = {
    "protocol": "protocolo",
    "code": "código",
    "number": "número",
    "by": "pelo pedido",
    "cancels": "do pedido",
    "slip": "guia",
}


def verb_of(event: Event) -> str:
    return event.verb.partition(".")[2]


def words_of(event: Event) -> str:
    """The sentence of an event; a verb without one is shown as it is, never hidden."""
    return WORDS.get(verb_of(event), event.verb)


def data_of(data: Mapping[str, Any]) -> str:
    """The codes and numbers of the act: `protocolo IVMG2026000000001, código 000`."""
    return ", ".join(f"{label} {data[name]}" for name, label in DATA.items() if data.get(name))
