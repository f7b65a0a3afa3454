"""The DETRAN's addresses for cancelling, and for the fee it takes."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox import answers, fields
from sandbox.answers import Refusal
from sandbox.detran import cancellations, fees, slip_pdf
from sandbox.detran.cancel_schemas import (
    Cancelamento,
    FiltroCancelamentosComunicado,
    FiltroCancelamentosIntencao,
    Vazio,
)
from sandbox.detran.door import Address, Call, Door
from sandbox.detran.store import Store

NOT_FOUND_CANCELLED_INTENTION = Refusal(404, "CI-404", "Cancelamento de intenção não encontrado.")
INTENTION = "/intencoes-venda/{protocolo}/cancelamentos"
COMMUNICATION = "/comunicados-venda/{protocolo}/cancelamentos"
CASES = "/cancelamentos-comunicado"


class CancellationRoutes:
    """Every DETRAN's addresses for cancelling, over one store."""

    def __init__(self, *, door: Door, store: Store) -> None:
        self._door = door
        self._store = store

    def routes(self) -> list[Route]:
        """Return the routes below /detran/{uf}/v1."""
        table: tuple[Address, ...] = (
            ("POST", INTENTION, "cancelar_intencao", self._cancel_intention),
            ("GET", "/cancelamentos-intencao", "consultar_cancelamento_intencao", self._list_cancelled),
            ("GET", "/cancelamentos-intencao/{protocolo}", "consultar_cancelamento_intencao", self._show_cancelled),
            ("POST", COMMUNICATION, "cancelar_comunicado", self._request_cancellation),
            ("GET", CASES, "consultar_cancelamento_comunicado", self._list_cases),
            ("GET", CASES + "/{protocolo}", "consultar_cancelamento_comunicado", self._show_case),
            ("POST", CASES + "/{protocolo}/guia", "emitir_guia", self._issue_slip),
            ("GET", CASES + "/{protocolo}/guias", "consultar_guia", self._list_slips),
            ("GET", CASES + "/{protocolo}/guias/{numero}", "consultar_guia", self._show_slip),
            ("GET", "/guias/{numero}/pdf", "obter_guia", self._print_slip),
        )
        return self._door.routes(table)

    def _cancel_intention(self, call: Call) -> Response:
        wish = fields.read(Cancelamento, answers.parsed(call.body))
        row = cancellations.cancel_intention(
            self._store, detran=call.detran, integrator=call.integrator, protocol=call.protocol, wish=wish
        )
        told = {name: row[name] for name in ("protocolo", "situacao", "cancelada_em")}
        return answers.success("Intenção de venda cancelada.", status=201, **told)

    def _list_cancelled(self, call: Call) -> Response:
        wanted = fields.query(FiltroCancelamentosIntencao, call.query)
        _demand(wanted.protocolo_intencao, wanted.chassi, wanted.referencia)
        items = cancellations.cancelled_intentions(
            self._store, uf=call.detran.uf, integrator=call.integrator, wanted=wanted
        )
        return answers.success("Consulta realizada.", itens=items)

    def _show_cancelled(self, call: Call) -> Response:
        item = cancellations.cancelled_intention(
            self._store, uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol
        )
        if item is None:
            raise NOT_FOUND_CANCELLED_INTENTION
        return answers.success("Consulta realizada.", **item)

    def _request_cancellation(self, call: Call) -> Response:
        wish = fields.read(Cancelamento, answers.parsed(call.body))
        item = cancellations.request_cancellation(
            self._store, detran=call.detran, integrator=call.integrator, protocol=call.protocol, wish=wish
        )
        told = {name: item[name] for name in ("protocolo", "situacao", "solicitado_em")}
        return answers.success("Solicitação de cancelamento recebida.", status=202, **told)

    def _list_cases(self, call: Call) -> Response:
        wanted = fields.query(FiltroCancelamentosComunicado, call.query)
        _demand(wanted.protocolo_comunicado, wanted.chassi, wanted.referencia)
        items = cancellations.cases(self._store, uf=call.detran.uf, integrator=call.integrator, wanted=wanted)
        return answers.success("Consulta realizada.", itens=items)

    def _show_case(self, call: Call) -> Response:
        item = cancellations.case(self._store, uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol)
        if item is None:
            raise fees.NOT_FOUND_CASE
        return answers.success("Consulta realizada.", **item)

    def _issue_slip(self, call: Call) -> Response:
        if call.body != b"":
            fields.read(Vazio, answers.parsed(call.body))
        item = fees.issue(self._store, detran=call.detran, integrator=call.integrator, protocol=call.protocol)
        return answers.success("Guia emitida.", status=201, **item)

    def _list_slips(self, call: Call) -> Response:
        return answers.success("Consulta realizada.", itens=self._slips(call))

    def _show_slip(self, call: Call) -> Response:
        for item in self._slips(call):
            if item["numero"] == call.number:
                return answers.success("Consulta realizada.", **item)
        raise fees.NOT_FOUND_SLIP

    def _print_slip(self, call: Call) -> Response:
        slip, case = fees.printable(self._store, uf=call.detran.uf, integrator=call.integrator, number=call.number)
        drawn = slip_pdf.render(detran=call.detran, slip=slip, case=case)
        name = f'inline; filename="guia-{call.number}.pdf"'
        return Response(drawn, media_type="application/pdf", headers={"Content-Disposition": name})

    def _slips(self, call: Call) -> list[dict[str, Any]]:
        return fees.slips(self._store, uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol)


def _demand(*filters: str | None) -> None:
    if not any(filters):
        raise answers.field_errors(
            [{"campo": "chassi", "codigo": "OBRIGATORIO", "mensagem": "Informe chassi, referencia ou protocolo."}]
        )
