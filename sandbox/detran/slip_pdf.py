"""The fee slip on paper: A4, typeable line, an interleaved 2 of 5 bar code and a PIX QR code that readers read."""

import datetime as dt
import html
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import segno

from sandbox.detran import pdf
from sandbox.settings import Detran

TEMPLATE = Template((Path(__file__).parent / "guia.html").read_text(encoding="utf-8"))
# Which two of a digit's five elements are wide, by ISO/IEC 16390.
WIDE = ("00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010")
WIDE_MODULES = 3


def render(*, detran: Detran, slip: Mapping[str, Any], case: Mapping[str, Any]) -> bytes:
    """Return the PDF of a row of `guia` and its case. Nothing is fetched from anywhere."""
    line = slip["linha_digitavel"]
    words = {
        "uf": detran.uf.upper(),
        "orgao": detran.name,
        "numero": slip["numero"],
        "emissao": f"{dt.datetime.fromisoformat(slip['emitida_em']):%d/%m/%Y %H:%M}",
        "vencimento": f"{dt.date.fromisoformat(slip['vencimento']):%d/%m/%Y}",
        "valor": pdf.reais(slip["valor"]),
        "fonte": slip["fonte"],
        "protocolo": case["protocolo"],
        "requerente": pdf.document(case["documento_requerente"]),
        "placa": case["placa"],
        "renavam": case["renavam"],
        "chassi": case["chassi"],
        "linha": " ".join(f"{line[start : start + 11]}-{line[start + 11]}" for start in range(0, 48, 12)),
        "pix": slip["pix_copia_e_cola"],
        "qr": segno.make(slip["pix_copia_e_cola"], error="m").svg_data_uri(scale=8, border=4),
    }
    escaped = {name: html.escape(str(text)) for name, text in words.items()}
    return pdf.printed(TEMPLATE.substitute(escaped, barras=bars(slip["codigo_barras"])))


def bars(digits: str) -> str:
    """Return an even number of digits as an interleaved 2 of 5 SVG without quiet zones, one unit a module."""
    widths = [1, 1, 1, 1]
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        for bar, space in zip(WIDE[int(first)], WIDE[int(second)], strict=True):
            widths += [WIDE_MODULES if bar == "1" else 1, WIDE_MODULES if space == "1" else 1]
    widths += [WIDE_MODULES, 1, 1]
    drawn: list[str] = []
    left = 0
    for place, width in enumerate(widths):
        if place % 2 == 0:
            drawn.append(f'<rect x="{left}" y="0" width="{width}" height="1"/>')
        left += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left} 1" preserveAspectRatio="none"'
        f' shape-rendering="crispEdges">{"".join(drawn)}</svg>'
    )
