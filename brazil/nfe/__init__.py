"""Reading NF-e XML files. Import it only where one is read: nfelib's bindings take a quarter of a second to load."""

from brazil.nfe.errors import NfeProblem
from brazil.nfe.key import clean_nfe_key, format_nfe_key
from brazil.nfe.reading import read_nfe
from brazil.nfe.sale import Address, NfeSale, NfeVehicle, Party

__all__ = [
    "Address",
    "NfeProblem",
    "NfeSale",
    "NfeVehicle",
    "Party",
    "clean_nfe_key",
    "format_nfe_key",
    "read_nfe",
]
