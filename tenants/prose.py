"""Markdown of terms as HTML that can do nothing: no tags of the author's, no links, no images, no addresses."""

from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown

TAGS = ("html_block",)
PATTERNS = (
    "html",
    "link",
    "image_link",
    "image_reference",
    "reference",
    "short_reference",
    "short_image_ref",
    "autolink",
    "automail",
    "entity",
)


def to_html(text: str) -> SafeString:
    """Headings, paragraphs, lists, emphasis. What else the text holds is shown as it was typed."""
    markdown = Markdown(output_format="html", extensions=["sane_lists"])
    for name in TAGS:
        markdown.preprocessors.deregister(name)
    for name in PATTERNS:
        markdown.inlinePatterns.deregister(name)
    return mark_safe(markdown.convert(text))  # noqa: S308  # only tags that Markdown itself writes are left
