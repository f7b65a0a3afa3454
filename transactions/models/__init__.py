from transactions.models.bulk import BulkFile, BulkLine
from transactions.models.draft import Draft
from transactions.models.order import Order
from transactions.models.party import Party

__all__ = ["BulkFile", "BulkLine", "Draft", "Order", "Party"]
