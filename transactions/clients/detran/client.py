"""One method per endpoint. Each raises Refused, NotSent or OutcomeUnknown of kernel.http."""

from urllib.parse import quote

import httpx

from kernel.http import call, fetch
from transactions.clients.detran.schemas import IncludeCommunication, IncludeIntention, Listing, Receipt


class Detran:
    def __init__(self, http: httpx.Client, *, request_id: str = "") -> None:
        self._http = http
        self._request_id = request_id

    def include_intention(self, request: IncludeIntention) -> Receipt:
        return call(self._http, "POST", "intencoes-venda", Receipt, body=request, request_id=self._request_id)

    def include_communication(self, request: IncludeCommunication) -> Receipt:
        return call(self._http, "POST", "comunicados-venda", Receipt, body=request, request_id=self._request_id)

    def intentions_of(self, chassis: str) -> Listing:
        return call(
            self._http, "GET", "intencoes-venda", Listing, params={"chassi": chassis}, request_id=self._request_id
        )

    def communications_of(self, chassis: str) -> Listing:
        return call(
            self._http, "GET", "comunicados-venda", Listing, params={"chassi": chassis}, request_id=self._request_id
        )

    def atpve(self, protocol: str) -> bytes:
        """The official PDF. Reading it may forbid cancelling (the registry says so)."""
        return fetch(
            self._http,
            f"intencoes-venda/{quote(protocol, safe='')}/atpve",
            media_type="application/pdf",
            request_id=self._request_id,
        )
