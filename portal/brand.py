"""One accent colour per ecosystem, made readable whatever was chosen (WCAG 2.2, 1.4.3)."""

from dataclasses import dataclass
from typing import Self

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
PAGE: Rgb = (245, 247, 250)
ENOUGH = 4.5
STEP = 0.96
TINT = 0.09
OWN_NAME = "AutoTech"
OWN_COLOR = "#1f5fa8"
SMALL_WORDS = frozenset({"a", "da", "das", "de", "do", "dos", "e", "em", "o", "ecossistema"})


@dataclass(frozen=True, slots=True)
class Brand:
    """What a page shows of whose portal it is. Colours are `#rrggbb`, readable on white and under white text."""

    slug: str
    name: str
    logo: str
    accent: str
    strong: str
    soft: str

    @classmethod
    def of(cls, *, slug: str, name: str, color: str, logo: str = "") -> Self:
        """The brand of an ecosystem whose chosen `color` may be anything from white to black."""
        accent = readable(parse(color))
        return cls(slug, name, logo, text(accent), text(darker(accent, 0.8)), text(tint(accent)))

    @property
    def initials(self) -> str:
        """One or two capitals for the mark of an ecosystem without a logo."""
        words = [word for word in self.name.split() if word.lower() not in SMALL_WORDS] or self.name.split()
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def rgb(self) -> str:
        return ",".join(map(str, parse(self.accent)))


def parse(color: str) -> Rgb:
    """`#1f5fa8` as three numbers. Raises ValueError."""
    if len(color) != 7 or color[0] != "#":
        raise ValueError(color)
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def text(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def luminance(color: Rgb) -> float:
    """Relative luminance, 0 (black) to 1 (white), by WCAG's formula."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG's contrast ratio, 1 to 21, whichever of the two is the text."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def darker(color: Rgb, factor: float) -> Rgb:
    red, green, blue = (int(part * factor) for part in color)
    return red, green, blue


def tint(color: Rgb) -> Rgb:
    """The pale ground on which the accent itself is written, in menus and marks."""
    red, green, blue = (round(255 - (255 - part) * TINT) for part in color)
    return red, green, blue


def readable(color: Rgb) -> Rgb:
    """`color`, darkened until text in it reads on white, on the page's grey and on its own tint."""
    while min(contrast(color, ground) for ground in (WHITE, PAGE, tint(color))) < ENOUGH:
        color = darker(color, STEP)
    return color


OWN = Brand.of(slug="", name=OWN_NAME, color=OWN_COLOR)
