"""What happens now to an order, in one sentence, and on whom it waits."""

from billing.states import Fee
from transactions.models import Order
from transactions.presenting.life import Life
from transactions.rules.explanations import AGENCY, explain
from transactions.states import State


def _queued(order: Order, where: str, life: Life) -> tuple[str, str]:
    if life.visits:
        return f"O {where} não pôde ser alcançado. Nada foi enviado; o portal tenta de novo sozinho.", where
    return f"O pedido está na fila e sai para o {where} em instantes.", "Portal"


def _in_flight(order: Order, where: str, life: Life) -> tuple[str, str]:
    return f"O pedido foi enviado; esperando a resposta do {where}.", where


def _unconfirmed(order: Order, where: str, life: Life) -> tuple[str, str]:
    words = f"A resposta do {where} não chegou. O portal vai perguntar se o registro existe antes de repetir o envio."
    return words, where


def _parked(order: Order, where: str, life: Life) -> tuple[str, str]:
    return "O portal não pode seguir sozinho. Confira o que o DETRAN disse e peça para verificar de novo.", "Gestor"


def _awaiting_fee(order: Order, where: str, life: Life) -> tuple[str, str]:
    slip = life.slips[0] if life.slips else None
    if slip is None:
        return f"O {where} recebeu a solicitação. O portal está pedindo a guia da taxa.", where
    match Fee(slip.state):
        case Fee.ISSUED:
            return "Pague a guia até o vencimento; o portal percebe o pagamento sozinho.", "Você"
        case Fee.PAID | Fee.COMPENSATED | Fee.RECOGNISED:
            return f"Pagamento visto. O {where} ainda vai reconhecer a taxa; não pague de novo.", where
        case Fee.EXPIRED:
            return "A guia venceu sem pagamento. Emita uma nova guia para seguir.", "Você"
        case Fee.PAID_SHORT:
            return "O pagamento foi menor que o valor da guia. Emita uma nova guia para seguir.", "Você"
        case Fee.PAID_LATE:
            return "O pagamento chegou depois do vencimento e não conta. Emita uma nova guia para seguir.", "Você"


def _processing(order: Order, where: str, life: Life) -> tuple[str, str]:
    return f"Taxa reconhecida. O {where} está retirando o registro do índice; nada mais a fazer por ora.", where


def _registered(order: Order, where: str, life: Life) -> tuple[str, str]:
    if order.is_cancellation and order.cancels is not None:
        return f"O {where} cancelou: o pedido {order.cancels.number} não vale mais. Nada mais a fazer.", "Ninguém"
    if (running := life.cancelling) is not None:
        return f"Registrado, com o cancelamento {running.number} em andamento. Acompanhe-o na página dele.", where
    if not order.is_intention:
        return f"O {where} registrou o comunicado de venda. Nada mais a fazer.", "Ninguém"
    going = next((c for c in life.communications if c.is_live or c.state == State.REGISTERED.value), None)
    if going is not None and going.state == State.REGISTERED.value:
        return f"Venda registrada e comunicada ao {where}. Nada mais a fazer.", "Ninguém"
    if going is not None:
        return f"Registrada. O comunicado de venda {going.number} está a caminho do {where}.", where
    if order.atpve_id is None and life.event("atpve_refused") is not None:
        return "Registrada. A ATPV-e ainda não pôde ser obtida: veja o motivo no andamento e peça de novo.", "Você"
    if order.atpve_id is None:
        return "Registrada. Obtenha a ATPV-e, colha as assinaturas e depois comunique a venda.", "Você"
    return "Registrada e com ATPV-e. Depois de assinada, comunique a venda.", "Você"


def _refused(order: Order, where: str, life: Life) -> tuple[str, str]:
    if life.corrections:
        return f"O {where} recusou. O pedido foi corrigido e reenviado como {life.corrections[0].number}.", "Ninguém"
    if order.is_cancellation:
        words = f"O {where} não aceitou o cancelamento, e o pedido continua valendo. Resolvido o motivo, peça de novo."
        return words, "Você"
    known = explain(order.agency_code)
    if known is not None and known.turn == AGENCY:
        return (
            f"O {where} recusou por um impedimento. Resolvido ele, reenvie: o que foi digitado está guardado.",
            "Você",
        )
    return f"O {where} recusou. Veja o motivo, corrija e reenvie: o que foi digitado está guardado.", "Você"


def _cancelled(order: Order, where: str, life: Life) -> tuple[str, str]:
    if (by := life.cancelled_by) is not None:
        return f"Cancelado no {where} pelo pedido {by.number}. Nada mais a fazer.", "Ninguém"
    return "O pedido foi retirado antes de sair. Nada foi enviado ao DETRAN.", "Ninguém"


SENTENCES = {
    State.QUEUED: _queued,
    State.IN_FLIGHT: _in_flight,
    State.UNCONFIRMED: _unconfirmed,
    State.PARKED: _parked,
    State.AWAITING_FEE: _awaiting_fee,
    State.PROCESSING: _processing,
    State.REGISTERED: _registered,
    State.REFUSED: _refused,
    State.CANCELLED: _cancelled,
}
