"""One self-contained page: no scripts, nothing loaded from anywhere, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Iterator

from flakemark.model import Cause, Diagnosis, Intervention, Report
from flakemark.report import wording
from flakemark.report.escape import visible

_STYLE = """
:root { color-scheme: light dark; --rule: #8884; --soft: #8881; --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; overflow-wrap: anywhere; margin: 0 0 .5rem; }
section { border: 1px solid var(--rule); border-radius: .5rem; padding: 1rem 1.25rem; margin: 1.5rem 0; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; border-radius: .375rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
th, td { border-bottom: 1px solid var(--rule); padding: .375rem .75rem .375rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; white-space: pre-wrap; } th { font-weight: 600; }
.verdict { font-weight: 600; } .passing { color: var(--good); } .failing { color: var(--bad); }
.quiet { opacity: .75; font-size: .875rem; }
"""


def render_html(report: Report) -> str:
    """Render a report as one HTML page, readable in light and dark mode and on paper.

    Returns:
        The page; its content security policy allows its own style and nothing else.
    """
    title = f"flakemark: {_text(wording.tally(report))}"
    body = [f"<h1>{title}</h1>", _list(report.notes), *map(_section, report.tests), _footer(report)]
    return _PAGE.format(title=title, policy=_policy(), style=_STYLE, body="\n".join(part for part in body if part))


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _section(test: Diagnosis) -> str:
    return "\n".join(part for part in ("<section>", *_parts(test), "</section>") if part)


def _parts(test: Diagnosis) -> Iterator[str]:
    yield f"<h2>{_code(test.nodeid)}</h2>"
    yield f'<p class="verdict">{_text(wording.headline(test)).capitalize()}</p>'
    yield from _cause(test, test.cause) if test.cause else _suspects(test)
    yield _list(f"It {needs} {nodeid}" for needs, nodeid in wording.order_needs(test))
    yield from _evidence(test)
    yield _chain(test)
    yield from _fix(test)
    if test.reproduce:
        yield f"<p>Reproduce:</p>{_pre(test.reproduce)}"
    yield _list(test.notes)
    yield f'<p class="quiet">{wording.effort(test)}</p>'


def _cause(test: Diagnosis, cause: Cause) -> Iterator[str]:
    yield f"<p><strong>{_text(cause.title)}</strong></p>"
    yield f"<p>{_code(wording.place(cause))} in {_code(cause.function)}</p>"
    yield _pre(cause.source) if cause.source else ""
    yield f"<p>{_text(cause.detail)}</p>" if cause.detail else ""
    facts = (
        wording.status(test).value,
        f"confidence {wording.percent(cause.confidence)}",
        cause.divergence_type.value,
        cause.category.value,
    )
    yield f'<p class="quiet">{" · ".join(map(_text, facts))}</p>'


def _suspects(test: Diagnosis) -> Iterator[str]:
    found = wording.suspects(test)
    if found:
        yield "<p>No root cause is named: the evidence does not suffice. Suspects, best first:</p>"
        yield _table(("Suspect", "Code", "Why"), ((_code(wording.place(one)), _code(one.source), _text(one.title)) for one in found))


def _evidence(test: Diagnosis) -> Iterator[str]:
    found = test.evidence
    if found.interventions:
        yield _table(("Evidence", "Where", "Outcome"), map(_intervention, found.interventions))
    elif found.runs:
        yield f"<p>{wording.evidence(found)}</p>"


def _intervention(one: Intervention) -> tuple[str, str, str]:
    return _text(wording.condition(one)), _code(one.target) if one.target else "", wording.counts(one)


def _chain(test: Diagnosis) -> str:
    rows = [
        (_code(f"{link.file}:{link.line}"), _code(link.source), _code(link.passing, "passing"), _code(link.failing, "failing"))
        for link in test.chain
    ]
    return _table(("From the cause to the failure", "Code", "Passing run", "Failing run"), rows) if rows else ""


def _fix(test: Diagnosis) -> Iterator[str]:
    if test.fix is None:
        return
    yield f"<p>Fix: {_text(test.fix.advice)}</p>" if test.fix.advice else ""
    if test.fix.patch:
        yield _pre(test.fix.patch)
        yield f"<p>{_text(wording.verified(*test.fix.verified)) if test.fix.verified else 'not verified'}</p>"


def _footer(report: Report) -> str:
    return f'<p class="quiet">flakemark {_text(report.version)}, Python {_text(report.python)}, project {_text(report.root)}</p>'


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{''.join(lines)}</table>"


def _list(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _code(text: str, kind: str = "") -> str:
    return f'<code class="{kind}">{_text(text)}</code>' if kind else f"<code>{_text(text)}</code>"


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"


def _text(text: str) -> str:
    return html.escape(visible(text, keep="\n\t"), quote=True)
