"""Pages turned into PDF. Takes tenths of a second a page: only in workers, never while a person waits."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC = "static:"


class StaticFilesOnly(URLFetcher):
    """Opens `static:fonts/x.woff2` and nothing else: what people typed must not make us read files or call out."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        path = finders.find(url.removeprefix(STATIC).lstrip("/")) if url.startswith(STATIC) else None
        if not isinstance(path, str):
            raise FatalURLFetchingError(f"A PDF may only use static files, not {url[:80]}.")
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": media_type})


def render(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a template, which extends `documents/pdf_base.html`. Raises FatalURLFetchingError."""
    html = render_to_string(template, dict(context))
    return bytes(HTML(string=html, base_url=STATIC, url_fetcher=StaticFilesOnly()).write_pdf())
