"""The barcode of boletos and slips: Interleaved 2 of 5, 44 digits on 103 x 13 mm, as SVG.

The encoding is python-barcode's. The drawing is ours: its writer offers no total measure, and FEBRABAN asks for one.
"""

import re
from itertools import groupby
from xml.sax.saxutils import quoteattr

from barcode.itf import ITF

from brazil.errors import Invalid

WIDTH_MM, HEIGHT_MM, QUIET_MM = 103, 13, 5
_DIGITS = re.compile(r"[0-9]{44}")


def itf_svg(digits: str, *, label: str = "Código de barras") -> str:
    """An SVG element for a page or a PDF: bars of 103 x 13 mm and 5 mm of white on either side.

    `digits` are the barcode's 44, not the typed line. Raises Invalid `codigo_barras_tamanho`.
    """
    if not _DIGITS.fullmatch(digits):
        raise Invalid("codigo_barras_tamanho", "Só um código de 44 números vira código de barras.")
    [modules] = ITF(digits, narrow=1, wide=3).build()
    quiet = QUIET_MM * len(modules) / WIDTH_MM
    width = len(modules) + 2 * quiet
    bars, at = [], 0
    for dark, run in groupby(modules, key=lambda module: module == "1"):
        length = len(list(run))
        if dark:
            bars.append(f"M{at} 0h{length}v1h-{length}z")
        at += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(label)} '
        f'width="{WIDTH_MM + 2 * QUIET_MM}mm" height="{HEIGHT_MM}mm" '
        f'viewBox="{-quiet:.3f} 0 {width:.3f} 1" preserveAspectRatio="none" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M{-quiet:.3f} 0h{width:.3f}v1h-{width:.3f}z"/><path d="{"".join(bars)}"/></svg>'
    )
