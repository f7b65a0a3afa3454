"""The control address: faults to order, books to read, vehicles to put in place, slips to pay, time to let pass.

No DETRAN has one; tests need it.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Literal

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import answers, fields
from sandbox.answers import Refusal
from sandbox.detran import acts, fees, lapse
from sandbox.detran.schemas import VeiculoCadastro
from sandbox.detran.store import Store
from sandbox.faults import Faults, Kind
from sandbox.fields import Wire
from sandbox.settings import Detran, Settings
from sandbox.visits import Visits

Endpoint = Callable[[Request], Awaitable[Response]]
TEN_YEARS = 10 * 365 * 86400
Operation = Literal[
    "incluir_intencao", "incluir_comunicado", "consultar_intencao", "consultar_comunicado",
    "obter_atpve", "consultar_veiculo", "cancelar_intencao", "consultar_cancelamento_intencao",
    "cancelar_comunicado", "consultar_cancelamento_comunicado", "emitir_guia", "consultar_guia", "obter_guia", "*",
]  # fmt: skip
FaultKind = Literal[
    "latencia", "latencia_depois", "perdida_antes", "perdida_depois", "commit_tardio", "erro_500", "limite_429", "lixo",
    "fora_do_ar",
]  # fmt: skip


class Falha(Wire):
    """Body of POST /_controle/falhas. `vezes` None: until it is taken away."""

    uf: str = "*"
    operacao: Operation = "*"
    tipo: FaultKind
    vezes: int | None = Field(default=None, ge=1)
    probabilidade: float = Field(default=1.0, ge=0, le=1)
    segundos: float = Field(default=0.0, ge=0, le=3600)
    semente: int | None = None
    chassi: str | None = None


class Filtro(Wire):
    """Query of the two books."""

    uf: str | None = None
    chassi: str | None = None
    referencia: str | None = None


class Cancelamento(Wire):
    """Body of POST /_controle/cancelamentos."""

    uf: str
    protocolo: str


class Pagamento(Wire):
    """Body of POST /_controle/pagamentos. What is left out: the slip's value, now."""

    guia: str
    valor: fields.Price | None = None
    em: fields.Moment | None = None
    meio: Literal["PIX", "CODIGO_BARRAS"] = "PIX"


class Avanco(Wire):
    """Body of POST /_controle/relogio."""

    uf: str
    avancar_segundos: float = Field(ge=0, le=TEN_YEARS)


class DeUf(Wire):
    """Query of GET /_controle/relogio."""

    uf: str


class Tempos(Wire):
    """Body of POST /_controle/tempos, in seconds; None is the state's own."""

    uf: str
    compensacao: float | None = Field(ge=0, le=TEN_YEARS)
    processamento: float | None = Field(ge=0, le=TEN_YEARS)


class Control:
    """What tests and demonstrations do to the agency from outside the wire."""

    def __init__(self, *, settings: Settings, store: Store, faults: Faults, visits: Visits) -> None:
        self._settings = settings
        self._store = store
        self._faults = faults
        self._visits = visits

    def routes(self) -> list[Route]:
        """Return the routes below /_controle."""
        table: tuple[tuple[str, str, Endpoint], ...] = (
            ("POST", "/falhas", self._add_fault),
            ("GET", "/falhas", self._list_faults),
            ("DELETE", "/falhas", self._clear_faults),
            ("DELETE", "/falhas/{numero:int}", self._remove_fault),
            ("GET", "/razao", self._ledger),
            ("GET", "/visitas", self._visits_listed),
            ("POST", "/veiculos", self._put_vehicle),
            ("POST", "/cancelamentos", self._cancel),
            ("POST", "/pagamentos", self._pay),
            ("POST", "/relogio", self._put_clock_on),
            ("GET", "/relogio", self._show_clock),
            ("POST", "/tempos", self._set_spans),
        )
        guarded = [
            Route("/_controle" + path, self._guarded(endpoint), methods=[method]) for method, path, endpoint in table
        ]
        return [Route("/_controle/saude", _health, methods=["GET"]), *guarded]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        expected = self._settings.control_key.encode()

        async def serve(request: Request) -> Response:
            given = request.headers.get("x-controle", "").encode("latin-1", "replace")
            if not hmac.compare_digest(given, expected):
                raise Refusal(401, "CTL-401", "Chave de controle inválida.")
            return await endpoint(request)

        return serve

    async def _add_fault(self, request: Request) -> Response:
        order = fields.read(Falha, answers.parsed(await answers.body_of(request)))
        if order.uf != "*":
            self._detran(order.uf)
        fault = self._faults.add(
            uf=order.uf,
            operation=order.operacao,
            kind=Kind(order.tipo),
            times=order.vezes,
            probability=order.probabilidade,
            seconds=order.segundos,
            seed=order.semente,
            chassis=order.chassi,
        )
        return answers.success("Falha programada.", status=201, id=fault.number)

    async def _list_faults(self, request: Request) -> Response:
        return answers.success("Falhas programadas.", itens=[fault.as_wire() for fault in self._faults.all()])

    async def _clear_faults(self, request: Request) -> Response:
        self._faults.clear()
        return answers.success("Falhas removidas.")

    async def _remove_fault(self, request: Request) -> Response:
        if not self._faults.remove(request.path_params["numero"]):
            raise Refusal(404, "CTL-404", "Falha não encontrada.")
        return answers.success("Falha removida.")

    async def _ledger(self, request: Request) -> Response:
        wanted = fields.query(Filtro, request.query_params.multi_items())
        for uf in self._settings.detrans:
            await run_in_threadpool(lapse.bring_about, self._store, uf)
        items = await run_in_threadpool(
            self._store.ledger, uf=wanted.uf, chassis=wanted.chassi, reference=wanted.referencia
        )
        return answers.success("Razão.", itens=items)

    async def _visits_listed(self, request: Request) -> Response:
        wanted = fields.query(Filtro, request.query_params.multi_items())
        items = await run_in_threadpool(
            self._visits.listed, uf=wanted.uf, chassis=wanted.chassi, reference=wanted.referencia
        )
        return answers.success("Visitas.", itens=items)

    async def _put_vehicle(self, request: Request) -> Response:
        vehicle = fields.read(VeiculoCadastro, answers.parsed(await answers.body_of(request)))
        self._detran(vehicle.uf)
        # What fell due is judged by the facts until now, not by those that come.
        await run_in_threadpool(lapse.bring_about, self._store, vehicle.uf)
        await run_in_threadpool(self._store.put_vehicle, vehicle)
        return answers.success("Veículo cadastrado.", chassi=vehicle.chassi)

    async def _cancel(self, request: Request) -> Response:
        order = fields.read(Cancelamento, answers.parsed(await answers.body_of(request)))
        await run_in_threadpool(
            acts.cancel_at_the_counter,
            self._store,
            detran=self._detran(order.uf),
            protocol=order.protocolo,
        )
        return answers.success("Intenção de venda cancelada no balcão.", situacao="CANCELADA")

    async def _pay(self, request: Request) -> Response:
        order = fields.read(Pagamento, answers.parsed(await answers.body_of(request)))
        effect = await run_in_threadpool(
            fees.pay,
            self._store,
            detrans=self._settings.detrans,
            number=order.guia,
            value=order.valor,
            at=order.em,
            by=order.meio,
        )
        return answers.success("Pagamento registrado.", status=201, efeito=effect)

    async def _put_clock_on(self, request: Request) -> Response:
        order = fields.read(Avanco, answers.parsed(await answers.body_of(request)))
        return await self._clock(order.uf, seconds=order.avancar_segundos)

    async def _show_clock(self, request: Request) -> Response:
        return await self._clock(fields.query(DeUf, request.query_params.multi_items()).uf, seconds=0)

    async def _clock(self, uf: str, *, seconds: float) -> Response:
        self._detran(uf)
        ahead, shown = await run_in_threadpool(lapse.put_on, self._store, uf=uf, seconds=seconds)
        return answers.success("Relógio.", adiantado_segundos=ahead, agora=shown)

    async def _set_spans(self, request: Request) -> Response:
        order = fields.read(Tempos, answers.parsed(await answers.body_of(request)))
        self._detran(order.uf)
        await run_in_threadpool(
            lapse.set_spans,
            self._store,
            uf=order.uf,
            clearing=order.compensacao,
            processing=order.processamento,
        )
        return answers.success("Tempos definidos.")

    def _detran(self, uf: str) -> Detran:
        if uf not in self._settings.detrans:
            raise answers.field_errors([{"campo": "uf", "codigo": "OPCAO", "mensagem": fields.MESSAGES["OPCAO"]}])
        return self._settings.detrans[uf]


async def _health(request: Request) -> Response:
    return JSONResponse({"ok": True})
