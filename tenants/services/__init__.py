"""Making tenants, and their *Termo de Adesão*."""

from tenants.services.adhesion import ADHESION_ACCEPTED, accept_term, publish_term
from tenants.services.places import create_ecosystem, create_establishment, create_membership

__all__ = [
    "ADHESION_ACCEPTED",
    "accept_term",
    "create_ecosystem",
    "create_establishment",
    "create_membership",
    "publish_term",
]
