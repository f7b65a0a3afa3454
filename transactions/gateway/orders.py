"""Our sales ⇄ the DETRANs' messages. Never inside a transaction."""

from documents import kinds
from documents.errors import FileRefused
from documents.models import Document
from kernel.db.transactions import assert_no_open_transaction
from kernel.http import CODE, MOST_BYTES, OutcomeUnknown, Refused
from kernel.money import decimal_text
from transactions.clients.detran import schemas
from transactions.gateway import cancellations
from transactions.gateway.common import Finding, Found, Registration, attached, client_of
from transactions.models import Order, Party
from transactions.rules.agencies import CANCELS, SALE_INTENTION

GONE = frozenset({"CANCELADA", "CANCELADO"})


def register(order: Order, *, seller: Party, buyer: Party, request_id: str) -> Registration:
    """Sends the order once. Raises Refused, NotSent, OutcomeUnknown."""
    assert_no_open_transaction()
    detran = client_of(order, request_id)
    if order.kind in CANCELS:
        return cancellations.register(order, seller=seller, request_id=request_id)
    if order.kind == SALE_INTENTION:
        receipt = detran.include_intention(_intention(order, seller, buyer))
    else:
        receipt = detran.include_communication(_communication(order, seller, buyer))
    return Registration(receipt.protocol, receipt.atpve_number, receipt.code[:CODE], receipt.words)


def find(order: Order, *, seller: Party, buyer: Party, request_id: str) -> Finding:
    """Asks whether our act is registered. Ours is what carries our reference and the same parties.

    A live act of the vehicle without it is foreign, and so is ours once the agency cancelled it: neither may be
    adopted. Raises NotSent, and OutcomeUnknown when the question was refused, too.
    """
    assert_no_open_transaction()
    if order.kind in CANCELS:
        return cancellations.find(order, request_id=request_id)
    detran = client_of(order, request_id)
    ask = detran.intentions_of if order.kind == SALE_INTENTION else detran.communications_of
    try:
        listing = ask(order.chassis)
    except Refused as e:
        raise OutcomeUnknown(e.words, code=e.code, status=e.status) from e
    for item in listing.items:
        if item.reference == order.number and (item.seller, item.buyer) == (seller.document, buyer.document):
            if item.situation in GONE:
                said = f"Nosso registro {item.protocol} consta no órgão como {item.situation}."
                return Finding(Found.FOREIGN, evidence=said)
            number = item.atpve_number or ""
            return Finding(Found.OURS, Registration(item.protocol, number, listing.code[:CODE], listing.words))
    live = [item for item in listing.items if item.situation not in GONE]
    if live:
        said = f"Já existe o registro {live[0].protocol}, situação {live[0].situation}, que não é deste pedido."
        return Finding(Found.FOREIGN, evidence=said)
    return Finding(Found.ABSENT)


def fetch_atpve(order: Order, *, request_id: str) -> bytes:
    """The ATPV-e as the DETRAN issues it: a whole PDF, whatever the answer's headers claim.

    Raises NotSent, Refused, and OutcomeUnknown, also when what came is something else or cut off.
    """
    assert_no_open_transaction()
    content = client_of(order, request_id).atpve(order.protocol)
    try:
        kinds.check_upload(content, field="atpve", allowed=[kinds.PDF], most_bytes=MOST_BYTES)
    except FileRefused as e:
        raise OutcomeUnknown("O órgão não devolveu um PDF completo.") from e
    return content


def _vehicle(order: Order, *, with_crv: bool) -> schemas.VehicleIn:
    return schemas.VehicleIn(
        plate=order.plate,
        renavam=order.renavam,
        chassis=order.chassis,
        crv_number=(order.crv_number or None) if with_crv else None,
        crv_security_code=(order.crv_security_code or None) if with_crv else None,
    )


def _seller(party: Party) -> schemas.SellerIn:
    return schemas.SellerIn(document=party.document, name=party.name, email=party.email)


def _buyer(party: Party) -> schemas.BuyerIn:
    return schemas.BuyerIn(
        document=party.document,
        name=party.name,
        email=party.email,
        phone=party.phone or None,
        address=schemas.AddressIn(
            cep=party.cep,
            street=party.street,
            number=party.number,
            complement=party.complement or None,
            district=party.district,
            city_code=party.city_code,
            city=party.city,
            uf=party.uf,
        ),
    )


def _sale(order: Order, *, with_mileage: bool) -> schemas.SaleIn:
    return schemas.SaleIn(
        date=order.sale_date,
        price=decimal_text(order.price_cents),
        city_code=order.sale_city_code,
        mileage=order.mileage if with_mileage else None,
    )


def _intention(order: Order, seller: Party, buyer: Party) -> schemas.IncludeIntention:
    return schemas.IncludeIntention(
        reference=order.number,
        vehicle=_vehicle(order, with_crv=True),
        seller=_seller(seller),
        buyer=_buyer(buyer),
        sale=_sale(order, with_mileage=True),
    )


def _communication(order: Order, seller: Party, buyer: Party) -> schemas.IncludeCommunication:
    paper = order.scan is not None
    return schemas.IncludeCommunication(
        reference=order.number,
        origin="ATPV_PAPEL" if paper else "ATPVE",
        atpve=None if paper else schemas.AtpveIn(number=order.atpve_number),
        atpv=_paper(order, order.scan) if order.scan is not None else None,
        vehicle=_vehicle(order, with_crv=False),
        seller=_seller(seller),
        buyer=_buyer(buyer),
        sale=_sale(order, with_mileage=False),
    )


def _paper(order: Order, scan: Document) -> schemas.AtpvIn:
    return schemas.AtpvIn(number=order.atpv_number, security_code=order.atpv_security_code, scan=attached(scan))
