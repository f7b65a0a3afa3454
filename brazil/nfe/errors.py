"""Why an NF-e file cannot be used."""

from brazil.errors import Invalid


class NfeProblem(Invalid):
    """An upload that is not a usable NF-e; `code` is one of `nfe_*`, `message` tells the person what to do."""
