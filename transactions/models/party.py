"""Seller and buyer of an order."""

from django.db import models
from django.db.models import Q

from kernel.db.scoping import EstablishmentRows
from tenants.models import Ecosystem, Establishment
from transactions.models.order import Order

SELLER, BUYER = "seller", "buyer"


class Party(EstablishmentRows):
    """`document` is a CPF or CNPJ without punctuation."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parties")
    ecosystem = models.ForeignKey(Ecosystem, on_delete=models.PROTECT, related_name="+")
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=6, choices=[(SELLER, "Vendedor"), (BUYER, "Comprador")])
    document = models.CharField(max_length=14)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=11, blank=True)
    cep = models.CharField(max_length=8, blank=True)
    street = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=10, blank=True)
    complement = models.CharField(max_length=60, blank=True)
    district = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=80, blank=True)
    city_code = models.CharField(max_length=7, blank=True)
    uf = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "role"], name="one_party_per_role"),
            models.CheckConstraint(condition=Q(role__in=[SELLER, BUYER]), name="party_role"),
            models.CheckConstraint(
                condition=Q(document__regex=r"^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$"), name="party_document"
            ),
        ]
        indexes = [models.Index(fields=["establishment", "document", "-id"], name="party_document")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.role}"
