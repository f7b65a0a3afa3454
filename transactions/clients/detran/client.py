"""One method per endpoint. Each raises Refused, NotSent or OutcomeUnknown of kernel.http."""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from kernel.http import call, fetch
from transactions.clients.detran.schemas import (
    Cancel,
    CancellationReceipt,
    Cancellations,
    CancellationState,
    IncludeCommunication,
    IncludeIntention,
    Listing,
    Receipt,
    Slip,
    Slips,
)

Answer = TypeVar("Answer", bound=BaseModel)


class Detran:
    def __init__(self, http: httpx.Client, *, request_id: str = "") -> None:
        self._http = http
        self._request_id = request_id

    def include_intention(self, request: IncludeIntention) -> Receipt:
        return self._post("intencoes-venda", Receipt, request)

    def include_communication(self, request: IncludeCommunication) -> Receipt:
        return self._post("comunicados-venda", Receipt, request)

    def intentions_of(self, chassis: str) -> Listing:
        return self._get("intencoes-venda", Listing, {"chassi": chassis})

    def communications_of(self, chassis: str) -> Listing:
        return self._get("comunicados-venda", Listing, {"chassi": chassis})

    def atpve(self, protocol: str) -> bytes:
        """The official PDF. Reading it may forbid cancelling (the registry says so)."""
        return fetch(
            self._http,
            f"intencoes-venda/{_safe(protocol)}/atpve",
            media_type="application/pdf",
            request_id=self._request_id,
        )

    def cancel_intention(self, protocol: str, request: Cancel) -> CancellationReceipt:
        return self._post(f"intencoes-venda/{_safe(protocol)}/cancelamentos", CancellationReceipt, request)

    def intention_cancellations(self, reference: str) -> Cancellations:
        return self._get("cancelamentos-intencao", Cancellations, {"referencia": reference})

    def cancel_communication(self, protocol: str, request: Cancel) -> CancellationReceipt:
        return self._post(f"comunicados-venda/{_safe(protocol)}/cancelamentos", CancellationReceipt, request)

    def communication_cancellations(self, reference: str) -> Cancellations:
        return self._get("cancelamentos-comunicado", Cancellations, {"referencia": reference})

    def communication_cancellation(self, protocol: str) -> CancellationState:
        return self._get(f"cancelamentos-comunicado/{_safe(protocol)}", CancellationState)

    def issue_slip(self, protocol: str) -> Slip:
        return self._post(f"cancelamentos-comunicado/{_safe(protocol)}/guia", Slip)

    def slips(self, protocol: str) -> Slips:
        return self._get(f"cancelamentos-comunicado/{_safe(protocol)}/guias", Slips)

    def _post(self, path: str, answer: type[Answer], body: BaseModel | None = None) -> Answer:
        return call(self._http, "POST", path, answer, body=body, request_id=self._request_id)

    def _get(self, path: str, answer: type[Answer], params: Mapping[str, str] | None = None) -> Answer:
        return call(self._http, "GET", path, answer, params=params, request_id=self._request_id)


def _safe(protocol: str) -> str:
    """A protocol as one segment of a path, whatever an agency writes into it."""
    return quote(protocol, safe="")
