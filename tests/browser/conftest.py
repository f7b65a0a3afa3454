"""`page`: a Chromium before the running portal, that fails a test whose pages log an error."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.stack.stack import Stack

# Playwright's synchronous interface keeps an event loop in this thread, where Django then suspects async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 1280)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or pytest.fail("Set CHROMIUM to a Chromium; `make test` does.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(stack: Stack, chromium: Browser) -> Iterator[Page]:
    """Addresses are relative to the portal's."""
    context = chromium.new_context(base_url=stack.address, locale="pt-BR", timezone_id="America/Sao_Paulo")
    context.set_default_timeout(10_000)
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The browser itself reports every 4xx page; those are the tests' own business.
        if message.type == "error" and "Failed to load resource" not in message.text:
            errors.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((stack.address, "data:", "blob:")):
            errors.append(f"a request to another house: {request.url}")

    context.on("request", watch)
    context.on("console", hear)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert errors == []


@pytest.fixture
def context_without_js(stack: Stack, chromium: Browser) -> Iterator[BrowserContext]:
    """For those whose browser runs no script."""
    context = chromium.new_context(base_url=stack.address, locale="pt-BR", java_script_enabled=False)
    yield context
    context.close()


def flaws(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and whether it must be scrolled sideways, at both widths."""
    before = page.viewport_size
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width}: wider than the screen")
        report = page.evaluate(f"{AXE}; axe.run({{runOnly: {RULES}}})")
        found += [
            f"{width}: {flaw['id']} {node['html'][:160]}" for flaw in report["violations"] for node in flaw["nodes"]
        ]
    if before:
        page.set_viewport_size(before)
    return found
