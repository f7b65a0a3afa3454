"""How numbers come out of templates."""

from django.template import Context, Template


def test_a_number_is_not_grouped_unless_asked_for_since_ids_go_into_addresses() -> None:
    plain = Template("{{ pk }} {% load humanize %}{{ pk|intcomma }}").render(Context({"pk": 1100}))
    assert plain == "1100 1.100"
