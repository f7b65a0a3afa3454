"""What templates of this room say: `{% at "transactions:order" number=order.number %}`, an address in this place, and
`{% party_data party.email party "email" %}`, personal data in full only for those who may see it.
"""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from brazil.documents import format_document
from brazil.masks import mask_document, mask_email, mask_name, mask_phone
from transactions.models import Party

register = template.Library()
MASKS = {"document": mask_document, "name": mask_name, "email": mask_email, "phone": mask_phone}


@register.simple_tag(takes_context=True)
def at(context: Context, name: str, **kwargs: Any) -> str:
    """The address of `name` inside the place of the page."""
    return reverse(name, kwargs={**context["place"].slugs, **kwargs})


@register.simple_tag(takes_context=True)
def party_data(context: Context, value: str, party: Party, kind: str) -> str:
    """A party's datum; a company's is public, a person's is masked for roles that may not see it."""
    shown = format_document(value) if kind == "document" else value
    if not value or context["place"].sees_personal_data or len(party.document) == 14:
        return shown
    return MASKS[kind](value)
