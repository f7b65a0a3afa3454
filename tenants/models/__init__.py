from tenants.models.adhesion import AdhesionAcceptance, AdhesionTerm
from tenants.models.ecosystem import Ecosystem
from tenants.models.establishment import Establishment
from tenants.models.membership import Membership

__all__ = ["AdhesionAcceptance", "AdhesionTerm", "Ecosystem", "Establishment", "Membership"]
