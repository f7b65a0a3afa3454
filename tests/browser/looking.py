"""A page at the width of a desk and of a phone: what axe says, and a picture of it when a folder is named."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, flaws


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page. SCREENSHOTS=folder keeps `<name>-<width>.png` there."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(150)
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    return [f"{name} {flaw}" for flaw in flaws(page)]
