"""A DETRAN's sale orders over REST, as its service document says (docs/agencies/detran-sandbox.md)."""
