"""The way of an order in a few steps, done and to come."""

import datetime as dt
from dataclasses import dataclass

from billing.states import Fee
from journal.models import Event
from transactions.models import Order
from transactions.presenting.life import Life
from transactions.rules.agencies import COMMUNICATION_CANCELLATION, agency
from transactions.states import State

DONE, NOW, TODO, FAILED = "done", "now", "todo", "failed"

IN_TROUBLE = {
    Fee.EXPIRED: "Guia vencida sem pagamento",
    Fee.PAID_SHORT: "Guia paga a menor",
    Fee.PAID_LATE: "Guia paga em atraso",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step as components/_timeline.html shows it."""

    title: str
    state: str
    when: dt.datetime | None = None
    who: str = ""
    text: str = ""


def steps_of(life: Life) -> list[Step]:
    """Received, sent, registered, and for an intention the ATPV-e and the communication."""
    order, state = life.order, State(life.order.state)
    first = _done("Pedido recebido", life.event("submitted"), text="")
    if life.cancelled_by is not None:
        return [first, *_sending(life), _done("Cancelado no DETRAN", life.event("cancelled"), text=_by(life))]
    if state is State.CANCELLED and (closed := life.event("closed")) is not None:
        return [first, *_sending(life), _done("Encerrado por decisão", closed, state=FAILED)]
    if state is State.CANCELLED:
        return [first, _done("Retirado da fila", life.event("withdrawn"), state=FAILED)]
    steps = [first, *_sending(life)]
    if order.is_cancellation:
        return steps + (_fee_steps(life) if order.kind == COMMUNICATION_CANCELLATION else [])
    if state is State.REFUSED:
        sent_again = life.corrections[0] if life.corrections else None
        words = f"Pedido {sent_again.number}." if sent_again else ""
        steps.append(Step("Corrigir e reenviar", DONE if sent_again else TODO, text=words))
    elif order.is_intention:
        steps += [_atpve(life), _communicated(life)]
    return steps


def _done(title: str, event: Event | None, *, text: str = "", state: str = DONE) -> Step:
    return Step(title, state, event.at if event else None, event.actor_name if event else "", text)


def _by(life: Life) -> str:
    return f"Pelo pedido {life.cancelled_by.number}." if life.cancelled_by else ""


def _fee_steps(life: Life) -> list[Step]:
    """Slip, payment, and the record leaving the index."""
    state, slip = State(life.order.state), life.slips[0] if life.slips else None
    recognised, concluded = life.event("fee_recognised"), life.event("concluded")
    waiting = state is State.AWAITING_FEE
    if concluded is not None:
        last = _done("Registro retirado do índice", concluded)
    elif (rejected := life.event("rejected")) is not None:
        last = _done("Cancelamento indeferido", rejected, state=FAILED)
    else:
        last = Step("Registro retirado do índice", NOW if state is State.PROCESSING else TODO)
    if slip is None:
        return [Step("Guia da taxa", NOW if waiting else TODO), Step("Pagamento da taxa", TODO), last]
    issued = Step("Guia emitida", DONE, slip.issued_at, text=f"Guia {slip.number}.")
    if recognised is not None or concluded is not None:
        return [issued, _done("Taxa reconhecida", recognised or concluded), last]
    titles = {
        Fee.EXPIRED: "Guia vencida sem pagamento",
        Fee.PAID_SHORT: "Paga a menor",
        Fee.PAID_LATE: "Paga em atraso",
    }
    if (title := titles.get(Fee(slip.state))) is not None:
        return [issued, Step(title, FAILED, text="Emita uma nova guia."), last]
    if Fee(slip.state) is Fee.ISSUED:
        return [issued, Step("Pagamento da taxa", NOW, text="O portal percebe o pagamento sozinho."), last]
    return [issued, Step("Pagamento visto, esperando a compensação", NOW), last]


def _sending(life: Life) -> list[Step]:
    where, state = agency(life.order.agency).name, State(life.order.state)
    sent = life.event("sending", "absent_sending_again")
    asked = f"Enviar ao {where}"
    result = f"Registro no {where}"
    if state is State.QUEUED:
        words = "Tentando de novo em breve." if life.visits else "Na fila."
        return [Step(asked, NOW, text=words), Step(result, TODO)]
    sent_step = _done(f"Enviado ao {where}", sent)
    if state is State.IN_FLIGHT:
        return [sent_step, Step(result, NOW, text="Esperando a resposta.")]
    if state is State.UNCONFIRMED:
        return [sent_step, Step(result, NOW, text="Sem resposta: o portal pergunta antes de repetir.")]
    if state is State.PARKED:
        return [sent_step, _done("Parado à espera de decisão", life.event("parked"), state=FAILED), Step(result, TODO)]
    if state is State.REFUSED and life.event("rejected") is None:
        return [sent_step, _done(f"Recusado pelo {where}", life.event("refused"), state=FAILED)]
    if life.order.kind == COMMUNICATION_CANCELLATION:
        received = life.event("accepted", "adopted")
        if received is None:
            return [sent_step, _done(f"Recusado pelo {where}", life.event("refused"), state=FAILED)]
        return [sent_step, _done("Solicitação recebida", received, text=f"Protocolo {life.order.protocol}.")]
    return [sent_step, _registered(life, where)]


def _registered(life: Life, where: str) -> Step:
    adopted = life.event("adopted")
    words = f"Protocolo {life.order.protocol}."
    if adopted is not None:
        words += " A resposta tinha se perdido; o portal perguntou e achou o registro."
    title = f"Cancelado pelo {where}" if life.order.is_cancellation else f"Registrado pelo {where}"
    return _done(title, adopted or life.event("registered"), text=words)


def _atpve(life: Life) -> Step:
    order = life.order
    if order.atpve_id is not None:
        return _done("ATPV-e guardada", life.event("atpve_kept"), text=f"Número {order.atpve_number}.")
    if life.fetching:
        return _done("Buscando a ATPV-e", life.event("atpve_asked"), state=NOW)
    if (refused := life.event("atpve_refused")) is not None and order.atpve_asked_at is None:
        said = str(refused.data.get("words", "")).strip()
        return _done("ATPV-e não entregue", refused, text=f"{said} Pode ser pedida de novo.".strip(), state=FAILED)
    ready = order.state == State.REGISTERED.value
    return Step("Obter a ATPV-e", TODO, text="Pronta para ser obtida." if ready else "")


def _communicated(life: Life) -> Step:
    registered = _first(life.communications, State.REGISTERED)
    if registered is not None:
        return Step("Venda comunicada", DONE, registered.registered_at, text=f"Pedido {registered.number}.")
    going = next((c for c in life.communications if c.is_live), None)
    if going is not None:
        return Step("Comunicado de venda a caminho", NOW, going.created_at, text=f"Pedido {going.number}.")
    return Step("Comunicar a venda", TODO)


def _first(orders: list[Order], state: State) -> Order | None:
    return next((order for order in orders if order.state == state.value), None)
