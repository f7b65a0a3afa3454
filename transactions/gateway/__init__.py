"""Our objects ⇄ the DETRANs' messages. Never inside a transaction."""

from transactions.gateway.common import Finding, Found, Registration
from transactions.gateway.fees import issue_slip, progress, slips
from transactions.gateway.orders import fetch_atpve, find, register

__all__ = ["Finding", "Found", "Registration", "fetch_atpve", "find", "issue_slip", "progress", "register", "slips"]
