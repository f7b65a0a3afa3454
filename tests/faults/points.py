"""The failpoints that there are, read from the code; and the functions that ought to have one and do not."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITERS = ("transactions/services", "outbox/services", "billing", "documents", "tenants/services")
UNITS = frozenset({"unit_of_work", "scoped"})


def _service_files() -> list[Path]:
    found: list[Path] = []
    for place in WRITERS:
        folder = ROOT / place
        found += sorted(folder.glob("*.py")) if place.endswith("services") else [folder / "services.py"]
    return found


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
            yield inner.func.id, inner


def names() -> list[str]:
    """Every name that the services reach, as often as it stands there."""
    return [
        ast.literal_eval(call.args[0])
        for path in _service_files()
        for name, call in _calls(ast.parse(path.read_text(encoding="utf-8")))
        if name == "reach"
    ]


def without_one() -> list[str]:
    """Service functions that open a unit of work and reach no failpoint."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}()"
        for path in _service_files()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and {name for name, _ in _calls(node)} & UNITS
        and "reach" not in {name for name, _ in _calls(node)}
    ]
