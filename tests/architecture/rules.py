"""House rules that an import graph cannot see. Each takes a file's path and text and answers what breaks it."""

import ast
import re
from collections.abc import Callable, Iterator

ROOMS = (
    "autotech",
    "portal",
    "transactions",
    "documents",
    "tenants",
    "accounts",
    "outbox",
    "journal",
    "kernel",
    "brazil",
    "sandbox",
)
LONGEST_FILE = 400
Rule = Callable[[str, str], Iterator[str]]
REASONED = re.compile(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)*\W+\w|# type: ignore\[[a-z-]+(, [a-z-]+)*\]\W+\w")
WAIVER = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)", re.IGNORECASE)
UNFINISHED = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_in(path: str, *folders: str) -> bool:
    return any(f"/{folder}/" in f"/{path}" or f"/{path}".endswith(f"/{folder}.py") for folder in folders)


def _called(node: ast.AST) -> str:
    """The name of the method that this node calls, if it calls one."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def moves_state_in_one_place(path: str, text: str) -> Iterator[str]:
    """`.state` is written by `services/_move.py`, and in the outbox by the services that deliver."""
    if path.endswith("/services/_move.py") or path.startswith(("outbox/services/", "sandbox/")):
        return
    for node in ast.walk(ast.parse(text)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
            yield f"{path}:{node.lineno} assigns .state"
        if _called(node) == "update" and any(keyword.arg == "state" for keyword in node.keywords):
            yield f"{path}:{node.lineno} updates state"


def uses_no_signals(path: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if any("signals" in name.split(".") or name == "receiver" for name in names) or module.endswith("signals"):
            yield f"{path}:{node.lineno} imports signals"


def imports_on_top(path: str, text: str) -> Iterator[str]:
    """Only `AppConfig.ready` imports late: that is what it is for."""
    for function in (node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS)):
        if function.name == "ready" and path.endswith("/apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield f"{path}:{node.lineno} imports inside {function.name}()"


def is_short(path: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path} has {lines} lines"


def migrations_stand_alone(path: str, text: str) -> Iterator[str]:
    if not _is_in(path, "migrations"):
        return
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.split(".")[0] in ROOMS:
                yield f"{path}:{node.lineno} imports {name}"


def views_do_not_query(path: str, text: str) -> Iterator[str]:
    """Rows come from selectors, or from get_object_or_404 on a scoped model."""
    if not _is_in(path, "views", "api", "templatetags", "forms"):
        return
    tree = ast.parse(text)
    through_the_door = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_object_or_404"
        for inner in ast.walk(node)
    }
    managers = {"objects", "_base_manager", "_default_manager"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in managers and node not in through_the_door:
            yield f"{path}:{node.lineno} uses .{node.attr}"


def waivers_have_reasons(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if WAIVER.search(line) and not REASONED.search(line):
            yield f"{path}:{number} waives a check without a reason"
        if UNFINISHED.search(line):
            yield f"{path}:{number} is unfinished"


def services_take_keywords(path: str, text: str) -> Iterator[str]:
    """Beyond one argument, the caller names them."""
    if not _is_in(path, "services"):
        return
    for node in ast.parse(text).body:
        if isinstance(node, FUNCTIONS) and not path.endswith("/_move.py") and not node.name.startswith("_"):
            several = len(node.args.posonlyargs + node.args.args) > 1
            yield from [f"{path}:{node.lineno} {node.name}() takes positional arguments"] * several


def sql_back_doors_are_few(path: str, text: str) -> Iterator[str]:
    """`_base_manager`, `.raw()` and `.extra()` pass the first wall by."""
    if path == "kernel/db/scoping.py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager":
            yield f"{path}:{node.lineno} uses _base_manager"
        if _called(node) in {"raw", "extra"} and ".objects" in ast.unparse(node):
            yield f"{path}:{node.lineno} uses .raw() or .extra()"


def fakes_only_the_border(path: str, text: str) -> Iterator[str]:
    """No stand-ins, and nothing of ours replaced by its name: the sandbox is the fake."""
    for node in ast.walk(ast.parse(text)):
        names = {alias.name for alias in node.names} if isinstance(node, (ast.Import, ast.ImportFrom)) else set()
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if module == "unittest.mock" and names - {"patch"} or "unittest.mock" in names or "mock" in names:
            yield f"{path}:{node.lineno} imports stand-ins"
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith(("patch", "setattr")):
            target = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
            if str(target).split(".")[0] in ROOMS:
                yield f"{path}:{node.lineno} replaces {target}"


FOR_ROOMS: tuple[Rule, ...] = (
    moves_state_in_one_place,
    uses_no_signals,
    imports_on_top,
    is_short,
    migrations_stand_alone,
    views_do_not_query,
    waivers_have_reasons,
    services_take_keywords,
    sql_back_doors_are_few,
)
FOR_TESTS: tuple[Rule, ...] = (imports_on_top, is_short, fakes_only_the_border, waivers_have_reasons)
