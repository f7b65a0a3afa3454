"""The DETRAN's addresses: who asks, what for, and which act answers."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import answers, fields
from sandbox.answers import Refusal
from sandbox.detran import acts, pdf
from sandbox.detran.schemas import FiltroAtos, FiltroVeiculo, IntencaoVenda, read_communication
from sandbox.detran.store import Store
from sandbox.exchange import Asked, Exchange
from sandbox.settings import Detran, Settings

RESTRICTIONS = {
    "JUDICIAL": "Restrição judicial",
    "FURTO": "Registro de furto ou roubo",
    "GRAVAME": "Alienação fiduciária",
    "BAIXADO": "Veículo baixado",
}
NOT_FOUND_INTENTION = Refusal(404, "IV-404", "Intenção de venda não encontrada.")
NOT_FOUND_COMMUNICATION = Refusal(404, "CV-404", "Comunicado de venda não encontrado.")
NOT_FOUND_VEHICLE = Refusal(404, "VEI-404", "Veículo não encontrado na base deste DETRAN.")
PUBLIC_VEHICLE = (
    "placa", "renavam", "chassi", "marca_modelo", "ano_fabricacao", "ano_modelo",
    "cor", "combustivel", "tipo", "uf", "municipio", "tipo_crv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read but not judged."""

    detran: Detran
    integrator: str
    body: bytes | None
    query: list[tuple[str, str]]
    protocol: str


class DetranRoutes:
    """Every DETRAN's addresses over one store."""

    def __init__(self, *, settings: Settings, store: Store, exchange: Exchange) -> None:
        self._detrans = settings.detrans
        self._store = store
        self._exchange = exchange

    def routes(self) -> list[Route]:
        """Return the routes below /detran/{uf}/v1."""
        table: tuple[tuple[str, str, str, Callable[[Call], Response]], ...] = (
            ("POST", "/intencoes-venda", "incluir_intencao", self._include_intention),
            ("GET", "/intencoes-venda", "consultar_intencao", self._list_intentions),
            ("GET", "/intencoes-venda/{protocolo}", "consultar_intencao", self._show_intention),
            ("GET", "/intencoes-venda/{protocolo}/atpve", "obter_atpve", self._fetch_atpve),
            ("POST", "/comunicados-venda", "incluir_comunicado", self._include_communication),
            ("GET", "/comunicados-venda", "consultar_comunicado", self._list_communications),
            ("GET", "/comunicados-venda/{protocolo}", "consultar_comunicado", self._show_communication),
            ("GET", "/veiculos", "consultar_veiculo", self._show_vehicle),
        )
        return [
            Route("/detran/{uf}/v1" + path, self._endpoint(operation, act), methods=[method])
            for method, path, operation, act in table
        ]

    def _endpoint(self, operation: str, act: Callable[[Call], Response]) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            detran = self._detrans.get(request.path_params["uf"])
            if detran is None:
                raise Refusal(404, "GER-404", "Recurso não encontrado.")
            body = await answers.body_of(request)
            call = Call(
                detran=detran,
                integrator=_integrator(detran, request.headers.get("authorization", "")),
                body=body,
                query=request.query_params.multi_items(),
                protocol=request.path_params.get("protocolo", ""),
            )
            asked = await run_in_threadpool(self._asked, call, operation, request.headers.get("x-request-id"))
            return await self._exchange.run(asked, lambda: _admitted(call, operation, act))

        return serve

    def _asked(self, call: Call, operation: str, request_id: str | None) -> Asked:
        """Read off, as far as it goes, which vehicle and order the request is about; it may be nonsense."""
        query = dict(call.query)
        chassis, reference = query.get("chassi"), query.get("referencia")
        if call.body:
            chassis, reference = _named(call.body)
        elif chassis is None and (call.protocol or "placa" in query):
            chassis = self._store.chassis_of(
                uf=call.detran.uf, protocol=call.protocol or None, plate=query.get("placa")
            )
        return Asked(
            uf=call.detran.uf,
            operation=operation,
            chassis=chassis,
            reference=reference,
            request_id=request_id,
        )

    def _include_intention(self, call: Call) -> Response:
        wish = fields.read(IntencaoVenda, answers.parsed(call.body))
        row = acts.register_intention(self._store, detran=call.detran, integrator=call.integrator, wish=wish)
        told = {name: row[name] for name in ("protocolo", "numero_atpve", "situacao", "registrada_em")}
        return answers.success("Intenção de venda registrada.", status=201, **told)

    def _list_intentions(self, call: Call) -> Response:
        wanted = _filter(call)
        items = self._store.intentions(
            uf=call.detran.uf,
            integrator=call.integrator,
            chassis=wanted.chassi,
            reference=wanted.referencia,
        )
        return answers.success("Consulta realizada.", itens=items)

    def _show_intention(self, call: Call) -> Response:
        item = self._store.intention(uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol)
        if item is None:
            raise NOT_FOUND_INTENTION
        return answers.success("Consulta realizada.", **item)

    def _fetch_atpve(self, call: Call) -> Response:
        row = acts.atpve_source(self._store, uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol)
        content = row["atpve"]
        if content is None:
            vehicle = self._store.vehicle(uf=call.detran.uf, plate=row["placa"], renavam=row["renavam"])
            if vehicle is None:
                raise NOT_FOUND_VEHICLE
            drawn = pdf.render(detran=call.detran, intention=row, vehicle=vehicle)
            content = acts.first_reading(self._store, protocol=call.protocol, pdf=drawn)
        name = f'inline; filename="atpve-{row["numero_atpve"]}.pdf"'
        return Response(content, media_type="application/pdf", headers={"Content-Disposition": name})

    def _include_communication(self, call: Call) -> Response:
        wish = read_communication(answers.parsed(call.body))
        row = acts.register_communication(self._store, detran=call.detran, integrator=call.integrator, wish=wish)
        told = {name: row[name] for name in ("protocolo", "situacao", "registrado_em")}
        return answers.success("Comunicado de venda registrado.", status=201, **told)

    def _list_communications(self, call: Call) -> Response:
        wanted = _filter(call)
        items = self._store.communications(
            uf=call.detran.uf,
            integrator=call.integrator,
            chassis=wanted.chassi,
            reference=wanted.referencia,
        )
        return answers.success("Consulta realizada.", itens=items)

    def _show_communication(self, call: Call) -> Response:
        item = self._store.communication(uf=call.detran.uf, integrator=call.integrator, protocol=call.protocol)
        if item is None:
            raise NOT_FOUND_COMMUNICATION
        return answers.success("Consulta realizada.", **item)

    def _show_vehicle(self, call: Call) -> Response:
        wanted = fields.query(FiltroVeiculo, call.query)
        row = self._store.vehicle(uf=call.detran.uf, plate=wanted.placa, renavam=wanted.renavam)
        if row is None:
            raise NOT_FOUND_VEHICLE
        restrictions = [
            {"codigo": code, "descricao": RESTRICTIONS[code], "impeditiva": True}
            for code in row["restricoes"].split(",")
            if code
        ]
        return answers.success(
            "Consulta realizada.",
            **{name: row[name] for name in PUBLIC_VEHICLE} | {"uf": row["uf"].upper()},
            restricoes=restrictions,
            intencao_ativa=bool(row["intencao_ativa"]),
            comunicado_ativo=bool(row["comunicado_ativo"]),
        )


def _admitted(call: Call, operation: str, act: Callable[[Call], Response]) -> Response:
    if not call.integrator:
        raise Refusal(401, "AUT-001", "Credencial inválida.")
    if operation not in call.detran.operations:
        raise Refusal(404, "GER-404", "Operação não oferecida por este DETRAN.")
    return act(call)


def _integrator(detran: Detran, header: str) -> str:
    """Return who the credential belongs to, "" when it is nobody's."""
    given = header.encode("latin-1", "replace")
    for credential, integrator in detran.credentials.items():
        if hmac.compare_digest(given, f"Bearer {credential}".encode()):
            return integrator
    return ""


def _filter(call: Call) -> FiltroAtos:
    wanted = fields.query(FiltroAtos, call.query)
    if wanted.chassi is None and wanted.referencia is None:
        raise answers.field_errors(
            [{"campo": "chassi", "codigo": "OBRIGATORIO", "mensagem": "Informe chassi ou referencia."}]
        )
    return wanted


def _named(body: bytes) -> tuple[str | None, str | None]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    vehicle = value.get("veiculo") if isinstance(value, dict) else None
    chassis = vehicle.get("chassi") if isinstance(vehicle, dict) else None
    reference = value.get("referencia") if isinstance(value, dict) else None
    return _text(chassis), _text(reference)


def _text(value: object) -> str | None:
    """Keep what can be kept in the book of visits: short text without lone surrogates."""
    if not isinstance(value, str):
        return None
    return value[:40].encode("utf-8", "replace").decode("utf-8")
