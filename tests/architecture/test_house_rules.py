"""The rules of the house, asked of every file; and each rule asked of a file that breaks it."""

from pathlib import Path

import pytest

from tests.architecture import rules

ROOT = Path(__file__).resolve().parents[2]
ROOM_FILES = sorted(path for room in rules.ROOMS for path in (ROOT / room).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))


def broken(rule: rules.Rule, files: list[Path]) -> list[str]:
    return [
        found for path in files for found in rule(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("rule", rules.FOR_ROOMS, ids=lambda rule: rule.__name__)
def test_the_rooms_keep_the_rules(rule: rules.Rule) -> None:
    assert broken(rule, ROOM_FILES) == []


@pytest.mark.parametrize("rule", rules.FOR_TESTS, ids=lambda rule: rule.__name__)
def test_the_tests_keep_the_rules(rule: rules.Rule) -> None:
    assert broken(rule, [path for path in TEST_FILES if "architecture" not in path.parts]) == []


PLANTED = [
    (rules.moves_state_in_one_place, "transactions/services/submit.py", "order.state = 'x'"),
    (rules.moves_state_in_one_place, "transactions/views/orders.py", "Order.objects.update(state='x')"),
    (rules.uses_no_signals, "portal/models.py", "from django.db.models.signals import post_save"),
    (rules.uses_no_signals, "portal/models.py", "from django.dispatch import receiver"),
    (rules.imports_on_top, "tenants/services.py", "def f():\n    import os"),
    (rules.imports_on_top, "tenants/apps.py", "def f():\n    from x import y"),
    (rules.is_short, "tenants/services.py", "x = 1\n" * 401),
    (rules.migrations_stand_alone, "tenants/migrations/0009_x.py", "from tenants.roles import Role"),
    (rules.migrations_stand_alone, "tenants/migrations/0009_x.py", "import brazil.documents"),
    (rules.views_do_not_query, "tenants/views.py", "Membership.objects.all()"),
    (rules.views_do_not_query, "transactions/views/orders.py", "Order._base_manager.all()"),
    (rules.waivers_have_reasons, "tenants/views.py", "x = 1  # noqa"),
    (rules.waivers_have_reasons, "tenants/views.py", "x = 1  # noqa: S101"),
    (rules.waivers_have_reasons, "tenants/views.py", "x = 1  # type: ignore[misc]"),
    (rules.waivers_have_reasons, "tenants/views.py", "# TO" + "DO: later"),
    (rules.services_take_keywords, "tenants/services/places.py", "def make(a, b): ..."),
    (rules.sql_back_doors_are_few, "tenants/selectors.py", "Term.objects.raw('SELECT 1')"),
    (rules.fakes_only_the_border, "tests/x.py", "from unittest.mock import MagicMock"),
    (rules.fakes_only_the_border, "tests/x.py", "monkeypatch.setattr('tenants.selectors.term_in_force', f)"),
    (rules.fakes_only_the_border, "tests/x.py", "patch('kernel.clock.now')"),
    (rules.fakes_only_the_border, "tests/x.py", "from unittest import mock"),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_a_planted_breach_is_found(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(path, text))


SOUND = [
    (rules.moves_state_in_one_place, "transactions/services/_move.py", "order.state = 'x'"),
    (rules.imports_on_top, "tenants/apps.py", "def ready(self):\n    from x import y"),
    (rules.waivers_have_reasons, "tenants/views.py", "x = 1  # noqa: S105  printed on purpose"),
    (rules.waivers_have_reasons, "tenants/views.py", "x = 1  # type: ignore[misc]  # Django's stubs are wrong here"),
    (rules.services_take_keywords, "tenants/services/places.py", "def make(a, *, b): ..."),
    (rules.waivers_have_reasons, "tenants/views.py", "NOW, TO" + "DO = 1, 2"),
    (rules.views_do_not_query, "tenants/selectors.py", "Membership.objects.all()"),
    (rules.views_do_not_query, "tenants/views.py", "get_object_or_404(Term.objects.select_related('x'), pk=pk)"),
    (rules.fakes_only_the_border, "tests/x.py", "monkeypatch.setattr('os.fsync', full)"),
]


@pytest.mark.parametrize(("rule", "path", "text"), SOUND)
def test_what_is_allowed_passes(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(path, text)) == []
