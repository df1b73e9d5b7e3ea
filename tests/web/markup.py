"""The parts of the HTML standard that a template breaks easily and a browser forgives in silence."""

import re
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta"}
_FLOW_ONLY = {
    "address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "header", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip
_HOLDS_PHRASES = {
    "p", "h1", "h2", "h3", "h4", "small", "strong", "em", "span", "label", "button", "summary", "time", "a", "bdi",
}  # fmt: skip
_PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select"},
    "tr": {"thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "legend": {"fieldset"},
    "summary": {"details"},
}
_CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "select": {"option"},
    "table": {"thead", "tbody"},
    "tr": {"td", "th"},
}
_PRESSED = {"a", "button"}
_HAS_TEXT = {"h1", "h2", "h3", "h4", "title", "option", "legend", "summary", "button", "a", "label", "time", "dt"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?")
_LOCAL_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?")


def find_errors(page: str) -> list[str]:
    """Return what the standard forbids in the page, in words."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    unclosed = [f"<{name}> is not closed" for name in reader.path]
    return [*reader.errors, *unclosed, *reader.find_broken_references()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []
        self.path: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.referred: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_place(tag)
        self._check_attributes(tag, attrs)
        if tag == "img" or (tag == "input" and self.texts):
            self._add_text("x")
        if tag not in _VOID:
            self.path.append(tag)
            self.texts.append(dict(attrs).get("aria-label") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if "svg" not in self.path and tag not in _VOID:
            self.errors.append(f"<{tag}/> closes nothing")

    def handle_endtag(self, tag: str) -> None:
        if not self.path or self.path[-1] != tag:
            self.errors.append(f"</{tag}> closes {self.path[-1:]}")
            return
        self.path.pop()
        text = self.texts.pop()
        if tag in _HAS_TEXT and not text.strip():
            self.errors.append(f"<{tag}> is empty in {'/'.join(self.path)}")
        self._add_text(text)

    def handle_data(self, data: str) -> None:
        if self.path and data.strip() and self.path[-1] in _CHILDREN:
            self.errors.append(f"text in <{self.path[-1]}>: {data.strip()[:30]}")
        self._add_text(data)

    def _add_text(self, text: str) -> None:
        if self.texts:
            self.texts[-1] += text

    def _check_place(self, tag: str) -> None:
        parent = self.path[-1] if self.path else ""
        if "svg" in self.path:
            return
        if tag in _FLOW_ONLY and _HOLDS_PHRASES & {parent} and not (parent == "summary" and tag.startswith("h")):
            self.errors.append(f"<{tag}> in <{parent}>")
        if (tag in _PARENTS and parent not in _PARENTS[tag]) or (
            parent in _CHILDREN and tag not in _CHILDREN[parent]
        ):
            self.errors.append(f"<{tag}> in <{parent}>")
        if (tag == "form" and "form" in self.path) or (tag in _PRESSED and _PRESSED & set(self.path)):
            self.errors.append(f"<{tag}> within another")

    def _check_attributes(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attributes]
        given = {name: value or "" for name, value in attributes}
        if len(names) > len(given):
            self.errors.append(f"<{tag}> has an attribute twice")
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.referred += given.get(name, "").split()
        if tag == "time" and not _MOMENT.fullmatch(given.get("datetime", "")):
            self.errors.append(f"<time> of {given.get('datetime')}")
        if given.get("type") == "datetime-local" and not _LOCAL_MOMENT.fullmatch(given.get("value", "")):
            self.errors.append(f"<input> of {given.get('value')}")
        if tag == "img" and "alt" not in given:
            self.errors.append("<img> without alt")

    def find_broken_references(self) -> list[str]:
        twice = sorted({each for each in self.ids if self.ids.count(each) > 1})
        nowhere = sorted(set(self.referred) - set(self.ids))
        blank = [each for each in self.ids if not each or re.search(r"\s", each)]
        return [
            *(f"id {each} stands twice" for each in twice),
            *(f"{each} is referred to, and not there" for each in nowhere),
            *(f"id {each!r} is none" for each in blank),
        ]
