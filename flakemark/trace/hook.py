"""The import hook: loads the project's own modules with probes, and with pytest's assertion rewriting where it applies.

It never reads or writes `.pyc` files; what it has prepared may be kept on a shelf of its own. A module that cannot be
rewritten is loaded untouched and named.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
import builtins
import sys
from atexit import register as _at_exit
from gc import disable as _stop_collecting
from gc import enable as _collect_again
from gc import isenabled as _collects
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from os import getcwd as _getcwd
from os import readlink as _readlink
from os import stat as _stat
from os.path import dirname, isabs, join, normpath, realpath, relpath, sep, split
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from flakemark.trace.anatomy import issubclass_safe
from flakemark.trace.hot import HotSites
from flakemark.trace.instrument import instrument
from flakemark.trace.prepared import Draft, Prepared, Shelf, numbered, stamp
from flakemark.trace.probe import VALUE, install
from flakemark.trace.recording import RECORDER
from flakemark.trace.sources import NAMES
from flakemark.trace.threads import starts_greenlets

__tracebackhide__ = True  # pytest shows no frame of this module
_STOCK = (BuiltinImporter, FrozenImporter, PathFinder)
_FOREIGN = frozenset({"site-packages", "dist-packages", "node_modules", ".tox", ".nox", ".venv", ".git", "__pypackages__"})


class ProjectFinder:
    """A meta path finder for the modules below the project root.

    Args:
        root: the project's.
        kept: folder of the prepared modules of earlier processes; "" if none are kept.
        hot: folder of what is known of hot sites; "" if none are left out.
        flow: whether only the flow of control is probed.
    """

    def __init__(self, root: str, kept: str = "", hot: str = "", *, flow: bool = False) -> None:
        self.root = realpath(root)
        self.shelf = Shelf(kept)
        self.flow = flow
        self.probed = "flow" if flow else "values"
        self.hot = HotSites(self.root, hot, self.probed)
        self.loaded: list[tuple[str, range, tuple[int, ...]]] = []
        self.untouched: dict[str, str] = {}
        self._foreign: dict[str, bool] = {}
        self._owned: dict[str, bool] = {}
        self._links: dict[str, str] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find a module of the project; None for everybody else's."""
        if starts_greenlets(name):
            RECORDER.threads.notice()
        spec, finder = self._found(name, path, target)
        if spec is None:
            return None
        if type(spec.loader) is not SourceFileLoader or spec.origin is None or not self.owns(spec.origin):
            # The stock finders are asked again by the import system; anybody else's must not be, it may have effects.
            return None if finder in _STOCK else spec
        loader = ProbedLoader(name, spec.origin, self, _assertion_hook(name, path, target))
        return spec_from_file_location(name, spec.origin, loader=loader, submodule_search_locations=spec.submodule_search_locations)

    def _found(self, name: str, path: Any, target: Any) -> tuple[ModuleSpec | None, Any]:
        """Ask the finders that come after this one, in their order: builtin modules first, editable installs last."""
        place = next((number for number, finder in enumerate(sys.meta_path) if finder is self), -1)
        for finder in sys.meta_path[place + 1 :]:
            if type(finder).__name__ != "AssertionRewritingHook" and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    return spec, finder
        return None, None

    def owns(self, filename: str) -> bool:
        """Whether a file is the project's own code: below the root and in no environment of packages."""
        known = self._owned.get(filename)
        if known is None:
            real = self._real(filename)
            inside = real.startswith(self.root + sep) and not filename.startswith("<")  # "<frozen os>", "<string>"
            known = self._owned[filename] = inside and not self._is_foreign(dirname(real))
        return known

    def _is_foreign(self, folder: str) -> bool:
        if folder not in self._foreign:
            inside = folder.startswith(self.root + sep)
            named = folder.rsplit(sep, 1)[-1] in _FOREIGN
            self._foreign[folder] = inside and (named or _exists(join(folder, "pyvenv.cfg")) or self._is_foreign(dirname(folder)))
        return self._foreign[folder]

    def relative(self, filename: str) -> str:
        """Name a file as reports do: relative to the root, forward slashes."""
        real = self._real(filename)
        return (real[len(self.root) + 1 :] if real.startswith(self.root + sep) else relpath(real, self.root)).replace(sep, "/")

    def _real(self, path: str, links: int = 40) -> str:
        """Resolve links, folder by folder, with references of our own: `os.path.realpath` asks functions that tests patch."""
        known = self._links.get(path)
        if known is not None or not isabs(path):
            return known or self._real(join(_folder(), path), links)
        folder, name = split(normpath(path))
        known = join(self._real(folder, links), name) if name else folder
        target = _link(known) if links and name else ""
        known = self._links[path] = self._real(join(dirname(known), target), links - 1) if target else known
        return known


def _folder() -> str:
    try:
        return _getcwd()
    except OSError:  # somebody removed it
        return sep


def _link(path: str) -> str:
    try:
        return _readlink(path)
    except (OSError, ValueError):  # no link, or nothing at all
        return ""


def _exists(path: str) -> bool:
    try:
        _stat(path)
    except (OSError, ValueError):
        return False
    return True


class ProbedLoader(SourceFileLoader):
    """A source loader that compiles an instrumented tree."""

    def __init__(self, name: str, path: str, finder: ProjectFinder, assertion_hook: Any) -> None:
        super().__init__(name, path)
        self.finder = finder
        self.assertion_hook = assertion_hook

    def get_code(self, fullname: str) -> CodeType | None:
        """Compile the module with probes; untouched where that fails."""
        filename = self.get_filename(fullname)
        source = self.get_data(filename)
        try:
            return self._compiled(fullname, filename, source, probes=True)
        except Exception as error:  # noqa: BLE001 - whatever it is: the user's own mistakes show again without probes
            reason = type(error).__name__
        code = self._compiled(fullname, filename, source, probes=False)  # not in the handler: it would be shown as a second error
        self.finder.untouched[self.finder.relative(filename)] = reason
        return code

    def _compiled(self, fullname: str, filename: str, source: bytes, *, probes: bool) -> CodeType:
        if not probes and self.assertion_hook is None:
            return compile(source, filename, "exec", dont_inherit=True)  # as Python does: a tree in Python cannot be as deep
        if self.assertion_hook is not None:
            self.assertion_hook._rewritten_names[fullname] = Path(filename)  # as pytest does
        if probes:
            return self._with_probes(filename, source)
        return compile(self._tree(filename, source), filename, "exec", dont_inherit=True)

    def _with_probes(self, filename: str, source: bytes) -> CodeType:
        finder, file = self.finder, self.finder.relative(filename)
        left_out = finder.hot.of(file, source)
        prepared = finder.shelf.get(
            file, self._key(filename, file, source, left_out), lambda: self._prepared(filename, file, source, left_out), finder.probed
        )
        numbers = RECORDER.add_module(file, prepared)
        finder.loaded.append((file, numbers, prepared.places))
        return numbered(prepared.code, numbers)

    def _key(self, filename: str, file: str, source: bytes, left_out: frozenset[int]) -> bytes:
        """Say what a prepared module depends on."""
        if not self.finder.shelf.folder:
            return b""
        named = sorted(NAMES) if self.finder.flow else ""
        return stamp(filename, file, named, _settings(self.assertion_hook), sorted(left_out)) + source

    def _prepared(self, filename: str, file: str, source: bytes, left_out: frozenset[int]) -> Prepared:
        # Trees are many objects and hold no cycles: the collector would go through them again and again, for a quarter of the time.
        # Where other threads run, it is theirs as well.
        stopped = _collects() and not RECORDER.threads.several
        if stopped:
            _stop_collecting()
        try:
            draft = Draft(left_out)
            tree = instrument(self._tree(filename, source), file, draft.add, flow=self.finder.flow)
            return draft.prepared(compile(tree, filename, "exec", dont_inherit=True))
        finally:
            if stopped:
                _collect_again()

    def _tree(self, filename: str, source: bytes) -> ast.Module:
        tree = ast.parse(source, filename)
        if self.assertion_hook is not None:
            _rewrite_asserts(self.assertion_hook, filename, source, tree)
        return tree


def _assertion_hook(name: str, path: Any, target: Any) -> Any:
    """Return pytest's hook if it would rewrite this module's asserts."""
    for finder in sys.meta_path:
        if type(finder).__name__ == "AssertionRewritingHook" and finder.find_spec(name, path, target) is not None:
            return finder
    return None


def _rewrite_asserts(hook: Any, filename: str, source: bytes, tree: ast.Module) -> None:
    from _pytest.assertion.rewrite import rewrite_asserts

    rewrite_asserts(tree, source, filename, hook.config)


def _settings(hook: Any) -> tuple[object, ...]:
    """Say what pytest's rewriting of asserts depends on besides the source."""
    if hook is None:
        return ()
    return sys.modules["pytest"].__version__, hook.config.getini("enable_assertion_pass_hook")


def install_hook(root: str, kept: str = "", hot: str = "", *, flow: bool = False) -> ProjectFinder:
    """Put the finder in front of pytest's, and the probes into builtins; the arguments are the finder's."""
    install()
    finder = ProjectFinder(root, kept, hot, flow=flow)
    RECORDER.flow = flow
    sys.meta_path.insert(0, finder)
    _at_exit(_outlive_builtins)
    return finder


def _outlive_builtins() -> None:
    """Give the probes to the modules that call them: the interpreter empties `builtins` before the last objects go."""
    probes = {name: probe for name, probe in vars(builtins).items() if name.startswith(VALUE[:-2])}
    for module in list(sys.modules.values()):
        if issubclass_safe(type(module), ModuleType):
            namespace = object.__getattribute__(module, "__dict__")
            if type(namespace.get("__loader__")) is ProbedLoader:
                namespace.update(probes)
