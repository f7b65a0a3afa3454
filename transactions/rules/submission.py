"""May this order be sent? All reasons why not, at once. The caller owns the clock and knows the establishment."""

import datetime as dt
from collections.abc import Iterator

from kernel.errors import Problem
from transactions.rules.agencies import SALE_COMMUNICATION, Agency, Service
from transactions.rules.facts import OrderFacts

REQUIRED = {
    "plate": "Informe a placa.",
    "renavam": "Informe o Renavam.",
    "chassis": "Informe o chassi.",
    "seller_document": "Informe o CPF ou CNPJ do vendedor.",
    "seller_name": "Informe o nome do vendedor.",
    "buyer_document": "Informe o CPF ou CNPJ do comprador.",
    "buyer_name": "Informe o nome do comprador.",
    "buyer_cep": "Informe o CEP do comprador.",
    "buyer_street": "Informe a rua do comprador.",
    "buyer_number": "Informe o número do endereço, ou S/N.",
    "buyer_district": "Informe o bairro do comprador.",
    "buyer_city_code": "Informe o município do comprador.",
    "buyer_uf": "Informe a UF do comprador.",
    "sale_date": "Informe a data da venda.",
    "price": "Informe o valor da venda.",
    "sale_city_code": "Informe o município da venda.",
}
REQUIRED_HERE = {
    "crv_number": "Este DETRAN exige o número do CRV.",
    "crv_security_code": "Este DETRAN exige o código de segurança do CRV.",
    "seller_email": "Este DETRAN exige o e-mail do vendedor, para a assinatura da ATPV-e.",
    "buyer_email": "Este DETRAN exige o e-mail do comprador, para a assinatura da ATPV-e.",
    "buyer_phone": "Este DETRAN exige o telefone do comprador.",
}
OLDEST_CAR = dt.date(1990, 1, 1)


def values(facts: OrderFacts) -> dict[str, object]:
    """The facts by the names their fields have on screen and in the API."""
    vehicle, sale, evidence, home = facts.vehicle, facts.sale, facts.evidence, facts.buyer.address
    return {
        "plate": vehicle.plate,
        "renavam": vehicle.renavam,
        "chassis": vehicle.chassis,
        "crv_number": vehicle.crv_number,
        "crv_security_code": vehicle.crv_security_code,
        "seller_document": facts.seller.document,
        "seller_name": facts.seller.name,
        "seller_email": facts.seller.email,
        "buyer_document": facts.buyer.document,
        "buyer_name": facts.buyer.name,
        "buyer_email": facts.buyer.email,
        "buyer_phone": facts.buyer.phone,
        "buyer_cep": home.cep,
        "buyer_street": home.street,
        "buyer_number": home.number,
        "buyer_district": home.district,
        "buyer_city_code": home.city_code,
        "buyer_uf": home.uf,
        "sale_date": sale.date,
        "price": sale.price_cents,
        "sale_city_code": sale.city_code,
        "atpve_number": evidence.atpve_number,
        "atpv_number": evidence.atpv_number,
        "atpv_security_code": evidence.atpv_security_code,
    }


def problems(facts: OrderFacts, *, agency: Agency, establishment_cnpj: str, today: dt.date) -> list[Problem]:
    """Empty when the DETRAN can take it; one Problem per field and reason otherwise."""
    service = agency.service(facts.kind, on=today)
    if service is None:
        return [Problem("", "servico_nao_oferecido", f"O {agency.name} ainda não recebe este serviço pelo portal.")]
    found = list(_missing(facts, service))
    found += _sale(facts, service, today=today)
    found += _parties(facts, service, establishment_cnpj=establishment_cnpj)
    if facts.kind == SALE_COMMUNICATION:
        found += _evidence(facts, agency, service)
    return found


def _missing(facts: OrderFacts, service: Service) -> Iterator[Problem]:
    given = values(facts)
    needed = REQUIRED | {name: REQUIRED_HERE[name] for name in service.requires}
    for name, words in needed.items():
        if given[name] in ("", None):
            yield Problem(name, "obrigatorio", words)
    home = facts.buyer.address
    if home.city_code and not home.city:
        yield Problem("buyer_city", "obrigatorio", "Informe o nome do município do comprador.")


def _sale(facts: OrderFacts, service: Service, *, today: dt.date) -> Iterator[Problem]:
    date, price = facts.sale.date, facts.sale.price_cents
    if date is not None:
        oldest = service.oldest_sale_days
        if date > today:
            yield Problem("sale_date", "data_futura", "A data da venda não pode ser futura.")
        elif date < OLDEST_CAR:
            yield Problem("sale_date", "data_antiga", "Confira o ano da venda.")
        elif oldest is not None and (today - date).days > oldest:
            yield Problem(
                "sale_date", "data_antiga", f"Este DETRAN só recebe vendas dos últimos {oldest} dias; confira a data."
            )
    if price is not None and price <= 0:
        yield Problem("price", "valor_zero", "O valor da venda deve ser maior que zero.")


def _parties(facts: OrderFacts, service: Service, *, establishment_cnpj: str) -> Iterator[Problem]:
    seller, buyer = facts.seller.document, facts.buyer.document
    if seller and seller == buyer:
        yield Problem("buyer_document", "mesma_pessoa", "Comprador e vendedor são a mesma pessoa.")
    elif service.establishment_is_party and seller and buyer and establishment_cnpj not in (seller, buyer):
        yield Problem(
            "seller_document",
            "estabelecimento_fora_da_venda",
            "O vendedor ou o comprador deve ser o próprio estabelecimento.",
        )


def _evidence(facts: OrderFacts, agency: Agency, service: Service) -> Iterator[Problem]:
    evidence = facts.evidence
    if evidence.origin not in service.origins:
        if evidence.origin:
            yield Problem("origin", "origem_nao_aceita", f"O {agency.name} não recebe ATPV em papel pelo portal.")
        else:
            yield Problem("origin", "obrigatorio", "Diga se a venda foi feita com ATPV-e ou com ATPV em papel.")
    elif evidence.origin == "atpve":
        if not evidence.atpve_number:
            yield Problem("atpve_number", "obrigatorio", "Informe o número da ATPV-e.")
    else:
        if not evidence.atpv_number:
            yield Problem("atpv_number", "obrigatorio", "Informe o número do ATPV, impresso no documento.")
        if not evidence.atpv_security_code:
            yield Problem("atpv_security_code", "obrigatorio", "Informe o código de segurança do ATPV.")
        if not evidence.has_scan:
            yield Problem("scan", "obrigatorio", "Envie a digitalização do ATPV assinado, em PDF, JPG ou PNG.")
