"""The DETRAN's addresses for what is sold: intentions, communications, vehicles."""

from starlette.responses import Response
from starlette.routing import Route

from sandbox import answers, fields
from sandbox.answers import Refusal
from sandbox.detran import acts, pdf
from sandbox.detran.door import Address, Call, Door
from sandbox.detran.schemas import FiltroAtos, FiltroVeiculo, IntencaoVenda, read_communication
from sandbox.detran.store import Store

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


class DetranRoutes:
    """Every DETRAN's addresses for what is sold, over one store."""

    def __init__(self, *, door: Door, store: Store) -> None:
        self._door = door
        self._store = store

    def routes(self) -> list[Route]:
        """Return the routes below /detran/{uf}/v1."""
        table: tuple[Address, ...] = (
            ("POST", "/intencoes-venda", "incluir_intencao", self._include_intention),
            ("GET", "/intencoes-venda", "consultar_intencao", self._list_intentions),
            ("GET", "/intencoes-venda/{protocolo}", "consultar_intencao", self._show_intention),
            ("GET", "/intencoes-venda/{protocolo}/atpve", "obter_atpve", self._fetch_atpve),
            ("POST", "/comunicados-venda", "incluir_comunicado", self._include_communication),
            ("GET", "/comunicados-venda", "consultar_comunicado", self._list_communications),
            ("GET", "/comunicados-venda/{protocolo}", "consultar_comunicado", self._show_communication),
            ("GET", "/veiculos", "consultar_veiculo", self._show_vehicle),
        )
        return self._door.routes(table)

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


def _filter(call: Call) -> FiltroAtos:
    wanted = fields.query(FiltroAtos, call.query)
    if wanted.chassi is None and wanted.referencia is None:
        raise answers.field_errors(
            [{"campo": "chassi", "codigo": "OBRIGATORIO", "mensagem": "Informe chassi ou referencia."}]
        )
    return wanted
