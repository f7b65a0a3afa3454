"""The DETRAN of each state, as docs/agencies/detran-sandbox.md describes it."""
