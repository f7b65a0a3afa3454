"""Markdown of terms as HTML that can do nothing: no tags of the author's, no links, no images, no addresses."""

from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.extensions.toc import TocExtension

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


def to_html(text: str, *, top_heading: int = 1) -> SafeString:
    """Headings from `top_heading` down, paragraphs, lists, emphasis. What else there is, is shown as it was typed."""
    headings = TocExtension(baselevel=top_heading, toc_depth="1-6")
    markdown = Markdown(output_format="html", extensions=["sane_lists", headings])
    for name in TAGS:
        markdown.preprocessors.deregister(name)
    for name in PATTERNS:
        markdown.inlinePatterns.deregister(name)
    return mark_safe(markdown.convert(text))  # noqa: S308  # only tags that Markdown itself writes are left
