"""What templates of this room say: `{% at "transactions:order" number=order.number %}`, an address in this place, and
`{% party_data party.email party "email" %}`, personal data in full only for those who may see it.
"""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from brazil.documents import format_document
from brazil.masks import mask_document, mask_email, mask_name, mask_phone
from brazil.places import format_cep
from transactions.models import Order, Party
from transactions.presenting.days import Deadline, buyer_term_of

register = template.Library()
MASKS = {"document": mask_document, "name": mask_name, "email": mask_email, "phone": mask_phone}


@register.simple_tag(takes_context=True)
def at(context: Context, name: str, **kwargs: Any) -> str:
    """The address of `name` inside the place of the page."""
    return reverse(name, kwargs={**context["place"].slugs, **kwargs})


@register.simple_tag
def buyer_term(order: Order) -> Deadline | None:
    """Until when the buyer must have the vehicle transferred; None where it does not matter any more."""
    return buyer_term_of(order)


@register.filter
def cep(number: str) -> str:
    return format_cep(number)


@register.filter
def phone(number: str) -> str:
    """`31988887777` as `(31) 98888-7777`."""
    return f"({number[:2]}) {number[2:-4]}-{number[-4:]}" if len(number) in (10, 11) else number


FORMATS = {"document": format_document, "phone": phone}


@register.simple_tag(takes_context=True)
def party_data(context: Context, value: str, party: Party, kind: str) -> str:
    """A party's datum; a company's is public, a person's is masked for roles that may not see it."""
    shown = FORMATS[kind](value) if kind in FORMATS else value
    if not value or context["place"].sees_personal_data or len(party.document) == 14:
        return shown
    return MASKS[kind](value)
