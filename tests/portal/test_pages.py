"""What the templates use exists, and the small words they say are right."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "static" / "icons.svg").read_text()))
USED = [
    (path, name)
    for path in TEMPLATES
    for name in re.findall(r'\{% icon "([^"]+)"|icon_name="([^"]+)"', path.read_text())
]


def say(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(("path", "names"), USED, ids=lambda value: getattr(value, "name", str(value)))
def test_every_icon_named_in_a_template_is_in_the_sprite(path: Path, names: tuple[str, str]) -> None:
    assert (names[0] or names[1]) in SPRITE


def test_decorative_icons_are_hidden_and_meaningful_ones_are_named() -> None:
    assert 'aria-hidden="true"' in say('{% icon "car" %}')
    assert 'role="img" aria-label="Carro"' in say('{% icon "car" label="Carro" %}')


def test_money_times_and_documents_are_said_as_in_brazil() -> None:
    instant = dt.datetime(2026, 11, 21, 2, 5, tzinfo=dt.UTC)
    assert say("{{ c|brl }}", c=123456) == "R$ 1.234,56"
    assert say("{{ c|brl }}", c=None) == "—"
    assert say("{{ t|when }}", t=instant) == "20/11/2026 23:05"
    assert say("{{ t|day }} {{ d|day }}", t=instant, d=dt.date(2026, 2, 3)) == "20/11/2026 03/02/2026"
    assert say("{{ n|cpf_cnpj }}", n="12345678909") == "123.456.789-09"


class Place:
    def __init__(self, *, sees: bool) -> None:
        self.sees_personal_data = sees


@pytest.mark.parametrize("place", [None, Place(sees=False)])
def test_personal_data_is_masked_unless_the_place_may_see_it(place: Place | None) -> None:
    shown = say('{% masked "12345678909" %} {% masked "Ana Maria" "name" %}', place=place)
    assert shown == "***.456.789-** Ana M."
    assert say('{% masked "12345678909" %}', place=Place(sees=True)) == "123.456.789-09"


def test_masked_values_are_escaped() -> None:
    assert "<b>" not in say('{% masked n "name" %}', n="<b>", place=Place(sees=True))


class SampleForm(forms.Form):
    text = forms.CharField(label="Placa", help_text="Sete caracteres")
    long = forms.CharField(label="Texto", widget=forms.Textarea)
    pick = forms.ChoiceField(label="UF", choices=[("MG", "Minas")])
    agree = forms.BooleanField(label="Concordo")
    file = forms.FileField(label="XML")
    day = forms.DateField(label="Data", widget=forms.DateInput(attrs={"type": "date"}))
    way = forms.ChoiceField(label="Meio", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_field_partial_serves_every_control_and_ties_help_and_error_to_it() -> None:
    form = SampleForm({})
    for bound in form:
        html = render_to_string("components/_field.html", {"field": bound})
        assert "Este campo é obrigatório." in html
        assert f'id="{bound.auto_id}_error"' in html
        assert re.search(rf'aria-describedby="[^"]*{bound.auto_id}_error"', html), bound.name
        assert bound.label in html
    assert 'id="id_text_helptext"' in render_to_string("components/_field.html", {"field": form["text"]})


def test_error_summary_links_to_each_field_and_takes_the_focus() -> None:
    html = render_to_string("components/_form_errors.html", {"form": SampleForm({})})
    assert 'role="alert" tabindex="-1" data-focus' in html
    assert '<a href="#id_text">Placa</a>' in html
    assert render_to_string("components/_form_errors.html", {"form": SampleForm()}).strip() == ""


@pytest.mark.parametrize("tone", ["good", "bad", "warn", "active", "idle"])
def test_status_has_a_word_and_an_icon_beside_its_colour(tone: str) -> None:
    html = render_to_string("components/_status.html", {"tone": tone, "word": "Aprovada"})
    assert "Aprovada" in html
    assert "<use href=" in html


def test_timeline_says_each_state_in_words() -> None:
    steps = [{"title": state, "state": state} for state in ("done", "now", "failed", "todo")]
    html = render_to_string("components/_timeline.html", {"steps": steps})
    for words in ("Feito", "Em andamento", "Não concluído", "A fazer"):
        assert f'aria-label="{words}"' in html
    assert html.count('aria-current="step"') == 1


def test_pager_tabs_copy_and_empty_render() -> None:
    assert render_to_string("components/_pager.html", {}).strip() == ""
    assert 'rel="next"' in render_to_string("components/_pager.html", {"next": "?depois=1"})
    tabs = [{"label": "Pendentes", "url": "?a", "current": True, "count": 0}, {"label": "Outras", "url": "?b"}]
    html = render_to_string("components/_tabs.html", {"tabs": tabs, "label": "Situação"})
    assert html.count('aria-current="page"') == 1
    assert html.count('class="count"') == 1
    assert 'data-copy="a&quot;b"' in render_to_string("components/_copy.html", {"text": 'a"b'})
    assert "#inbox" in render_to_string("components/_empty.html", {"title": "Nada"})
    assert "#car" in render_to_string("components/_empty.html", {"title": "Nada", "icon_name": "car"})


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge no Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari no iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome no Android"),
        ("curl/8", "Navegador desconhecido"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent: str, words: str) -> None:
    assert say("{{ a|browser }}", a=agent) == words
