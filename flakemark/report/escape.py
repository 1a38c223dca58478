"""Make text that tests chose harmless: names, values, messages, source lines and paths are all hostile.

GitHub resolves mentions, references and links after Markdown was rendered, in the text of the page: a backslash or an
entity does not stop `@name`, but a zero-width space within it does, and so does a code span.
"""

from __future__ import annotations

import re
import unicodedata

ZERO_WIDTH = "\u200b"
MAX_SPAN = 2_000

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Emoji and several scripts are spelled with these two; neither hides nor reorders anything.
_JOINERS = "\u200c\u200d"
# A bar as an entity is safe in a table as well, so that `table_cell` meets bars in code spans only.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_LIVE = (
    (re.compile(r"@(?=\w)"), f"@{ZERO_WIDTH}"),
    (re.compile(r"#(?=\d)"), f"#{ZERO_WIDTH}"),
    (re.compile(r"\b(GH-)(?=\d)", re.IGNORECASE), rf"\1{ZERO_WIDTH}"),
    (re.compile(r"://"), f":{ZERO_WIDTH}//"),
    (re.compile(r"\b(www)\.", re.IGNORECASE), rf"\1{ZERO_WIDTH}."),
    (re.compile(r"\b(mailto|xmpp):", re.IGNORECASE), rf"\1{ZERO_WIDTH}:"),
)
_MARKUP = re.compile(r"[\\`*\[\]~$#]|(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"[-+=:]|\d{1,9}(?=[.)])")


def visible(text: str, *, keep: str = "") -> str:
    r"""Replace what a terminal or a page would obey or hide by its escape, e.g. an escape character by `\x1b`.

    Control characters (ANSI sequences begin with one), bidirectional controls, invisible characters, line
    separators and lone surrogates; the result can be encoded and is a single line unless a newline is kept.

    Args:
        text: anything.
        keep: characters to leave alone, e.g. a newline and a tab.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char in keep or not _is_hidden(char) else _escaped(char) for char in text)


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, the last of which says that it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain_text(text: str) -> str:
    """Return one line of Markdown that renders as this text and nothing else: no markup, link, mention or HTML.

    Args:
        text: anything; white space is collapsed.
    """
    line = visible(" ".join(text.split()))
    for pattern, harmless in _LIVE:
        line = pattern.sub(harmless, line)
    line = _MARKUP.sub(lambda match: f"\\{match[0]}", line)
    line = "".join(_ENTITIES.get(char, char) for char in line)
    start = _LINE_START.match(line)
    if start is None:
        return line
    end = start.end()
    return f"{line[:end]}\\{line[end:]}" if start[0].isdigit() else f"\\{line}"


def code_span(text: str) -> str:
    """Return an inline code span that shows this text on one line, whatever back-ticks it holds.

    Args:
        text: anything; a newline shows as its escape, and what is longer than 2,000 characters is cut.
    """
    shown = _without_comments(visible(shorten(text, MAX_SPAN)))
    if not shown.strip(" "):
        return "` `" if shown else "*(empty)*"
    ticks = "`" * (_longest_run(shown) + 1)
    padding = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{ticks}{padding}{shown}{padding}{ticks}"


def fence(text: str, language: str = "") -> str:
    """Return a fenced code block, its fence longer than any run of back-ticks in the text.

    Args:
        text: anything; newlines and tabs stay.
        language: for highlighting; what is no plain word is dropped.
    """
    shown = _without_comments(visible(text.replace("\r\n", "\n"), keep="\n\t")).rstrip("\n")
    ticks = "`" * max(3, _longest_run(shown) + 1)
    info = language if re.fullmatch(r"[A-Za-z0-9+-]*", language) else ""
    return f"{ticks}{info}\n{shown}\n{ticks}"


def table_cell(markup: str) -> str:
    """Return Markdown made by `code_span` or `plain_text` so that it stays within one cell of a table.

    Cells are split before code spans are seen, so that a bar needs a backslash even there. What two backslashes before a
    bar mean differs between renderers: a zero-width space keeps them apart.
    """
    line = markup.replace("\n", " ").replace("\\|", f"\\{ZERO_WIDTH}|")
    return line.replace("|", "\\|")


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN and char not in _JOINERS


def _escaped(char: str) -> str:
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char)
    code = ord(char)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")


def _without_comments(text: str) -> str:
    """Programs look for their markers, which are HTML comments, in the raw text, code or not."""
    return text.replace("<!--", f"<!{ZERO_WIDTH}--")


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
