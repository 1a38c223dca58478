"""Names, sizes and docstrings of our modules; words that must not occur."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("flakemark", "flakebot")
BANNED_NAMES = re.compile(r"(utils?|helpers?|misc|managers?|common|data|process_.*)")
MAX_LINES = 400
TEXTS = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".txt", ".cfg", ".sh", ".html", ".jinja", ".j2", ""}
SKIPPED = {".git", "__pycache__", ".work", "build", "dist", "reports", "flakemark-reports"}


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "project" not in path.parts]  # the demo's example project has planted bugs


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_named_for_being_left_over() -> None:
    paths = [*modules(), *(ROOT / "tests").rglob("*.py")]
    assert [relative(path) for path in paths if any(BANNED_NAMES.fullmatch(part) for part in relative(path)[:-3].split("/"))] == []


def test_modules_are_under_400_lines() -> None:
    sizes = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: size for name, size in sizes.items() if size >= MAX_LINES} == {}


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_public_names_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = [name for name, node in public_definitions(tree) if not ast.get_docstring(node)]
    assert missing == []


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the module, its public classes and functions, and the public methods of those classes."""
    yield "module", tree
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef) and not is_protocol_fake(node):
                for member in node.body:
                    if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) and not member.name.startswith("_"):
                        yield f"{node.name}.{member.name}", member


def is_protocol_fake(node: ast.ClassDef) -> bool:
    """Methods that repeat an inherited contract (AST visitors, HTTP handlers) are documented by it."""
    return any(ast.unparse(base).split(".")[-1] in {"NodeTransformer", "NodeVisitor", "BaseHTTPRequestHandler"} for base in node.bases)


def texts() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in {".github", ".ci"} for part in parts[:-1])
        if not hidden and not SKIPPED & set(parts) and path.suffix in TEXTS and path.is_file():
            yield path


def test_no_text_names_a_machine_of_ours() -> None:
    # Put together here, or else this file would find itself.
    words = re.compile(
        "|".join(
            [
                "/work" + "/main",
                r"(?<![\w.])/root" + "/",
                r"\.\./" + "shared",
                "pypi" + r"\.org",
                "files.python" + "hosted",
                "registry.npm" + "js",
            ]
        )
    )
    allowed = {".ci/run"}  # looks for benchmark cases beside the repository, and passes without them
    found = {}
    for path in texts():
        if relative(path) not in allowed and (match := words.search(path.read_text(encoding="utf-8", errors="replace"))):
            found[relative(path)] = match.group()
    assert found == {}


def test_every_silenced_warning_states_its_reason() -> None:
    silenced = re.compile(r"#\s*(noqa|pragma: no cover)(.*)")  # a `type: ignore` names its error code; mypy insists on it
    reason = re.compile(r"(: ?[A-Z0-9, ]+)?\s+(-|#)\s*\S.*")
    found = []
    for path in [*modules(), *(ROOT / "benchmarks").glob("*.py")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if (match := silenced.search(line)) and not reason.fullmatch(match.group(2)):
                found.append(f"{relative(path)}:{number}: {match.group()}")
    assert found == []


def test_the_code_map_names_every_module_and_folder() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    names = {path.name + ("/" if path.is_dir() else "") for package in PACKAGES for path in (ROOT / package).iterdir()}
    ours = {name for name in names if name.endswith((".py", "/")) and not name.startswith("__")}
    assert [name for name in sorted(ours) if f"`{name}`" not in text] == []
