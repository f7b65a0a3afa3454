"""Money is integer cents inside and R$ at the edges."""

import re

MOST_CENTS = 99_999_999_999
# `0.500` is no thousand: nobody groups behind a zero.
GROUPED = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]{1,2})?")
WITH_COMMA = re.compile(r"[0-9]+(,[0-9]{1,2})?")
WITH_POINT = re.compile(r"[0-9]+\.[0-9]{1,2}")


def format_brl(cents: int) -> str:
    """`123456` → `R$ 1.234,56`."""
    reais, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}R$ {reais:,}".replace(",", ".") + f",{rest:02d}"


def parse_brl(text: str) -> int:
    """Cents from what a person types: `96.900,00`, `R$ 96900`, `96900.5`. Raises ValueError."""
    plain = re.sub(r"^R\$", "", text.strip(), flags=re.IGNORECASE).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if GROUPED.fullmatch(plain) or WITH_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif not WITH_POINT.fullmatch(plain):
        raise ValueError(text)
    reais, _, rest = plain.partition(".")
    cents = int(reais) * 100 + int((rest + "00")[:2])
    if cents > MOST_CENTS:
        raise ValueError(text)
    return cents


def decimal_text(cents: int) -> str:
    """`9690000` → `96900.00`, the form that agencies' APIs take."""
    return f"{cents // 100}.{cents % 100:02d}"
