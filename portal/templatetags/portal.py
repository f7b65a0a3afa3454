"""What templates say: money, documents, times, icons and form controls.

`{{ cents|brl }}` · `{{ number|cpf_cnpj }}` · `{% masked number "document" %}` (by `place`) · `{{ instant|when }}` ·
`{{ date|day }}` · `{{ user_agent|browser }}` · `{% icon "car" %}` · `{% control field %}` ·
`{% here "transactions:intention" %}` · `{% nav_link "tenants:adhesion" "Termo de Adesão" "license" %}`
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brazil.documents import format_document
from brazil.masks import mask_document, mask_email, mask_name, mask_phone
from kernel.clock import SAO_PAULO
from kernel.money import format_brl

register = template.Library()

MASKS: dict[str, Callable[[str], str]] = {
    "document": mask_document,
    "name": mask_name,
    "email": mask_email,
    "phone": mask_phone,
}
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
CONTROL_CLASSES = {
    "checkbox": "form-check-input",
    "radioselect": "form-check-input",
    "select": "form-select",
    "nullbooleanselect": "form-select",
    "selectmultiple": "form-select",
}


@register.filter
def brl(cents: int | None) -> str:
    """Integer cents as `R$ 1.234,56`; nothing as a dash."""
    return "—" if cents is None else format_brl(cents)


@register.filter
def cpf_cnpj(number: str | None) -> str:
    """A clean CPF or CNPJ as it is written on paper."""
    return format_document(number or "")


@register.simple_tag(takes_context=True)
def masked(context: Context, value: str | None, kind: str = "document") -> str:
    """Personal data in full only for a place that may see it. `kind` is document, name, email or phone."""
    if not value:
        return ""
    place = context.get("place")
    if place is not None and place.sees_personal_data:
        return format_document(value) if kind == "document" else value
    return MASKS[kind](value)


@register.filter
def when(instant: dt.datetime | None) -> str:
    """An instant as São Paulo's `21/11/2026 14:05`; nothing as a dash."""
    return "—" if instant is None else instant.astimezone(SAO_PAULO).strftime("%d/%m/%Y %H:%M")


@register.filter
def day(date: dt.date | None) -> str:
    """A calendar day as `21/11/2026`; of an instant, São Paulo's day; nothing as a dash."""
    if date is None:
        return "—"
    if isinstance(date, dt.datetime):
        date = date.astimezone(SAO_PAULO)
    return date.strftime("%d/%m/%Y")


@register.filter
def browser(user_agent: str) -> str:
    """`Chrome no Windows`, for the list of one's own sessions. Order matters: most browsers name Chrome too."""
    program = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return " no ".join(filter(None, (program, system))) or "Navegador desconhecido"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of static/icons.svg: decoration, unless `label` says what it means."""
    hidden = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    sprite = static("icons.svg")
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>', css, hidden, sprite, name
    )


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """The form field's control in our look; Django itself adds `aria-describedby` and `aria-invalid`."""
    classes = [CONTROL_CLASSES.get(field.widget_type, "form-control"), css, field.field.widget.attrs.get("class", "")]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether the label stands behind the control."""
    return field.widget_type == "checkbox"


@register.simple_tag(takes_context=True)
def here(context: Context, *prefixes: str) -> SafeString:
    """` aria-current="page"` when the page's URL name starts with one of `prefixes`."""
    match = getattr(context.get("request"), "resolver_match", None)
    current = match is not None and match.view_name.startswith(prefixes)
    return SafeString(' aria-current="page"' if current else "")


@register.inclusion_tag("components/_nav_link.html", takes_context=True)
def nav_link(context: Context, url_name: str, label: str, icon_name: str, *prefixes: str) -> dict[str, Any]:
    """A line of the place's menu, current on pages whose URL name starts with `url_name` or one of `prefixes`.

    Rooms that are not built in have no line.
    """
    place = context["place"]
    try:
        address = reverse(url_name, kwargs=place.slugs)
    except NoReverseMatch:
        address = ""
    return {"address": address, "label": label, "icon": icon_name, "current": here(context, url_name, *prefixes)}
