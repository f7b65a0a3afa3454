"""Two ways to use a page: by mouse, and by keyboard alone with the focus always seen."""

import re
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 250
SEEN = """e => {
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  const mark = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none";
  return [e.matches(":focus-visible") && mark ? "mark" : "", r.bottom > 0 && r.top < innerHeight ? "place" : ""];
}"""


class Hand(Protocol):
    """What a person does to a control, however they do it."""

    def press(self, control: Locator) -> None:
        """A button or a link."""

    def write(self, control: Locator, text: str) -> None:
        """Replace what stands in a field."""

    def check(self, control: Locator) -> None: ...

    def choose(self, control: Locator, file: Path) -> None:
        """A file by the browser's own dialogue."""


class Mouse:
    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, control: Locator) -> None:
        control.click()

    def write(self, control: Locator, text: str) -> None:
        control.click()
        control.fill("")
        self._page.keyboard.type(text)

    def check(self, control: Locator) -> None:
        control.click()

    def choose(self, control: Locator, file: Path) -> None:
        with self._page.expect_file_chooser() as opened:
            control.click()
        opened.value.set_files(file)


class Keyboard:
    """Tab, Shift+Tab, Enter, Space and letters; the mouse never moves."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def reach(self, control: Locator) -> None:
        """Walks there by Tab and checks that one sees where one is."""
        expect(control).to_be_visible()
        for _ in range(MOST_TABS):
            if control.evaluate("e => e === document.activeElement"):
                self._assert_seen(control)
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{control} is not reached by Tab")

    def _assert_seen(self, control: Locator) -> None:
        """Transitions and scrolling have a second to end; a sentence that appears above may push it away again."""
        missing = {"mark", "place"}
        for _ in range(20):
            missing -= set(control.evaluate(SEEN))
            if not missing:
                return
            self._page.wait_for_timeout(50)
        raise AssertionError(f"the focus on {control} is not seen: no {missing}")

    def press(self, control: Locator) -> None:
        self.reach(control)
        self._page.keyboard.press("Enter")

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self._page.keyboard.press("Control+a")
        self._page.keyboard.type(text)

    def check(self, control: Locator) -> None:
        self.reach(control)
        self._page.keyboard.press("Space")

    def choose(self, control: Locator, file: Path) -> None:
        self.reach(control)
        with self._page.expect_file_chooser() as opened:
            self._page.keyboard.press("Space")
        opened.value.set_files(file)


def go(page: Page, hand: Hand, name: str) -> None:
    """A link of the main menu, which is folded on a phone."""
    menu = page.get_by_role("navigation", name="Principal")
    link = menu.get_by_role("link", name=name)
    if not link.is_visible():
        hand.press(page.get_by_role("button", name="Menu", exact=True))
        expect(page.locator("#menu")).to_have_class(re.compile(r"\bshow\b"))
    hand.press(link)
