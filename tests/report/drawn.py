"""What a comment becomes when it is drawn: by GitHub's own parser, and by another one that looks for more links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm import cmark
from markdown_it import MarkdownIt

OURS = {"h2", "h3", "p", "ul", "li", "code", "pre", "strong", "em", "details", "summary", "sub"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}
LIVES = re.compile(
    r"@\w|(?<![\w])[#!~%&$]\w|\w#\d|\bGH-\d|:\w[\w+-]*:|://|www\.|\b[0-9a-f]{7,40}\b|\$|\]\(|\bxmpp:|mailto:", re.ASCII
)
"""What code hosts make something of, in text that is not code."""


@dataclass
class Drawn(HTMLParser):
    """Tags, comments and text of what was drawn; code apart."""

    html: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    text: str = ""
    code: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag, "tags are nested"

    def handle_data(self, data: str) -> None:
        if "code" in self.inside:
            self.code[-1] += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def on_github(text: str) -> Drawn:
    """As cmark-gfm draws it, raw HTML included: what a sanitiser would take away must not be there at all."""
    options = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES
    return Drawn(cmarkgfm.github_flavored_markdown_to_html(text, options=options))


def elsewhere(text: str) -> Drawn:
    """As markdown-it draws it, which finds links in bare names as well."""
    parser = MarkdownIt("gfm-like", {"linkify": True, "html": True})
    assert parser.linkify
    parser.linkify.set({"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": True})
    return Drawn(parser.render(text))


def assert_nothing_lives(drawn: Drawn, also: frozenset[str] | set[str] = frozenset()) -> None:
    """No element but ours, no link, no picture, and no text that a host would make something of."""
    for tag, attributes in drawn.tags:
        assert tag in OURS | also, tag
        allowed = {"details": {"open"}, "code": {"class"}, "pre": {"lang"}, "th": {"align", "style"}}
        allowed["td"] = allowed["th"]
        assert attributes.keys() <= allowed.get(tag, set()), (tag, attributes)
    assert LIVES.findall(drawn.text) == []
    assert drawn.inside == []
