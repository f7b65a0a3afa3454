"""What people send in this room."""

from typing import Any

from django import forms

from tenants.models import AdhesionTerm


class AcceptTerm(forms.Form):
    """Brings back which text was on the screen; a wrong one is the service's to refuse."""

    agree = forms.BooleanField(
        label="Li o Termo de Adesão, tenho poderes para representar o estabelecimento e aceito o termo em seu nome",
        error_messages={"required": "Para aceitar, marque que leu e que tem poderes."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    text_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    @classmethod
    def for_term(cls, term: AdhesionTerm, data: Any = None) -> "AcceptTerm":
        return cls(data, initial={"version": term.version, "text_hash": term.text_hash})
