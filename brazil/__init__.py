"""Brazilian identifiers and documents: pure functions, no Django, no network, no clock."""
