"""Real pytest with probes says to the letter what it says without them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flakemark.trace.hook import ProjectFinder

PROBES = ("-p", "no:flakemark", "-p", "flakemark.trace.session")
PLAIN = ("-p", "no:flakemark")
# A test module of its own in the project that says whether it was probed.
IS_PROBED = "def test_is_probed():\n    assert '@fm' in str((lambda: f()).__code__.co_names)\n"

ASSERTS = """
import pytest

from flakemark.trace.hook import ProjectFinder

class Thing:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"<Thing {self.n}>"
    def get(self, *a): return self.n

class Broken:
    def __repr__(self): raise RuntimeError("no repr")
    def __eq__(self, other): return False
    __hash__ = None

def f(x=0, **k): return x
t = Thing(5)

def test_compare(): assert f(1) == f(2)
def test_call(): assert f(0)
def test_not(): assert not f(1)
def test_method(): assert t.get(1, *[2], **{}) == 6
def test_attribute(): assert t.n == 4
def test_chain(): assert 1 < f(5) < t.get() < 9
def test_bool(): assert f(0) or (f(1) and t.n == 3)
def test_message(): assert f(0), f"text {f(3)} and {t!r}"
def test_lists(): assert [f(n) for n in range(5)] == [0, 1, 2, 3, 5]
def test_dicts(): assert {"a": f(1)} == {"a": 2, "b": t}
def test_sets(): assert {1, 2} == {2, f(3)}
def test_strings(): assert "abc\\ndef".upper() == "ABC\\nDEX"
def test_in(): assert f(3) in [1, 2]
def test_is(): assert t.get() is None
def test_walrus():
    assert (x := f(3)) == 4
def test_lambda(): assert (lambda y: y)(f(2)) == 3
def test_subscript(): assert {"k": [1, 2]}["k"][f(1)] == 5
def test_broken(): assert Broken() == f(1)
def test_approx(): assert f(0.1) == pytest.approx(0.2)
def test_conditional(): assert (f(0) if f(1) else f(2))
def test_several_lines():
    assert f(
        1
    ) == t.get(
    ), (
        "long"
    )
def test_raises():
    with pytest.raises(ValueError, match="x"):
        int(f("y"))
def test_deep():
    def inner(): return {}["missing"]
    inner()
@pytest.mark.parametrize("n", [1, 2], ids=lambda n: f"id{f(n)}")
def test_parameters(n): assert n == f(1)
@pytest.fixture
def broken():
    yield f(1)
    assert f(0), "teardown"
def test_fixture(broken): assert broken == 2
class TestClass:
    def setup_method(self): self.x = f(1)
    def test_self(self): assert self.x == self.x + f(1)
"""


def steady(lines: list[str]) -> list[str]:
    """Leave out what differs in every run: times, addresses, folders; and what names the plugins."""
    text = "\n".join(line for line in lines if not line.startswith(("plugins:", "rootdir:", "platform ")))
    return re.sub(r"0x[0-9a-f]+|in \d+\.\d+s|\d+ warnings? ", "", text).splitlines()


@pytest.mark.parametrize(("mode", "style"), [("prepend", "long"), ("importlib", "long"), ("prepend", "native")])
def test_reports_are_the_same_to_the_letter(pytester: pytest.Pytester, mode: str, style: str) -> None:
    pytester.makepyfile(test_asserts=ASSERTS)
    options = ("-vv", f"--import-mode={mode}", f"--tb={style}", "-p", "no:cacheprovider", "--showlocals")
    plain = pytester.runpytest_subprocess(*PLAIN, *options)
    probed = pytester.runpytest_subprocess(*PROBES, *options)
    assert steady(probed.outlines) == steady(plain.outlines)
    assert probed.parseoutcomes()["failed"] > 20


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_tests_conftests_and_packages_are_probed(pytester: pytest.Pytester, mode: str) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\npythonpath = ['src']")
    files = {
        "conftest.py": "import pytest\nf = lambda: g()\n@pytest.fixture\ndef names(): return f.__code__.co_names\n",
        "tests/conftest.py": "import pytest\nf = lambda: g()\n@pytest.fixture\ndef inner(): return f.__code__.co_names\n",
        "tests/test_one.py": IS_PROBED + "def test_conftests(names, inner):\n    assert '@fm' in str(names) and '@fm' in str(inner)\n"
        "def test_package():\n    import pack, pack.sub.mod\n    assert '@fm' in str(pack.f.__code__.co_names)\n"
        "    assert '@fm' in str(pack.sub.mod.f.__code__.co_names)\n    assert pack.sub.mod.up == 'pack'\n",
        "src/pack/__init__.py": "f = lambda: g()\n",
        "src/pack/sub/__init__.py": "",
        "src/pack/sub/mod.py": "from .. import __name__ as up\nf = lambda: g()\n",
    }
    write(pytester.path, files)
    pytester.runpytest_subprocess(*PROBES, f"--import-mode={mode}").assert_outcomes(passed=3)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_no_bytecode_is_written_or_read(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    pytester.makepyfile(
        test_one=IS_PROBED + "import mod\ndef test_mod():\n    assert '@fm' in str(mod.f.__code__.co_names)\n", mod="f = lambda: g()"
    )
    pytester.runpytest_subprocess(*PLAIN, "-k", "nothing")  # leaves the bytecode of a plain run behind
    before = {path: path.stat().st_mtime_ns for path in pytester.path.rglob("*.pyc")}
    assert before
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=2)
    assert {path: path.stat().st_mtime_ns for path in pytester.path.rglob("*.pyc")} == before
    result = pytester.runpytest_subprocess(*PLAIN)
    assert result.parseoutcomes() == {"failed": 2}, "a plain run after it finds nothing of ours"


def test_a_module_that_cannot_be_probed_is_loaded_untouched_and_named(pytester: pytest.Pytester) -> None:
    deep = "x = " + "+".join(["1"] * 700) + "\n"  # deeper than a visitor in Python can go
    pytester.makepyfile(deeper="x = " + "+".join(["1"] * 2500), test_deep=deep + "import deeper\ndef test_x():\n    assert x == deeper.x\n")
    result = pytester.runpytest_subprocess(*PROBES)
    result.assert_outcomes(failed=1)
    named = "flakemark: {} was loaded without probes (RecursionError)".format
    result.stdout.fnmatch_lines(["*assert 700 == 2500*", named("deeper.py"), named("test_deep.py")])


def test_a_syntax_error_is_shown_as_without_probes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_bad="def test_x():\n    x = = 1\n")
    plain, probed = pytester.runpytest_subprocess(*PLAIN), pytester.runpytest_subprocess(*PROBES)
    probed.stdout.fnmatch_lines(["E*x = = 1", "E*SyntaxError: invalid syntax"])
    probed.stdout.no_fnmatch_line("*During handling*")
    assert probed.parseoutcomes() == plain.parseoutcomes()
    assert not [line for line in probed.outlines if "flakemark/trace" in line]


def test_reload_and_a_second_name_get_probes_too(pytester: pytest.Pytester) -> None:
    pytester.mkpydir("pack")
    (pytester.path / "pack" / "mod.py").write_text("f = lambda: g()\n", encoding="utf-8")
    pytester.makepyfile(
        "import importlib, sys, pack.mod\n"
        "def test_reload():\n    assert '@fm' in str(importlib.reload(pack.mod).f.__code__.co_names)\n"
        "def test_second_name(monkeypatch):\n    monkeypatch.syspath_prepend('pack')\n    import mod\n"
        "    assert mod is not pack.mod and '@fm' in str(mod.f.__code__.co_names)\n"
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=2)


def test_the_source_and_what_loaders_know_stay_available(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        mod="'doc'\ndef f(x):\n    return x + len('a')\n",
        test_one="import importlib.util, inspect, linecache, pickle, pkgutil, mod\n"
        "def test_source():\n    assert inspect.getsource(mod.f) == \"def f(x):\\n    return x + len('a')\\n\"\n"
        "    assert inspect.getsource(mod) == mod.__loader__.get_source('mod') + chr(10)\n"
        "def test_spec():\n    assert mod.__file__.endswith('mod.py') and mod.__spec__.origin == mod.__file__\n"
        "    assert mod.__cached__.endswith('.pyc') and mod.__doc__ == 'doc'\n"
        "    assert importlib.util.find_spec('mod').origin == mod.__file__\n"
        "def test_pickle():\n    assert pickle.loads(pickle.dumps(mod.f)) is mod.f\n"
        "def test_signature():\n    assert str(inspect.signature(mod.f)) == '(x)' and mod.f.__code__.co_firstlineno == 2\n",
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=4)


def test_packages_beside_the_code_are_not_the_projects(pytester: pytest.Pytester) -> None:
    write(
        pytester.path,
        {
            "lib/site-packages/dep.py": "f = lambda: g()\n",
            "env/pyvenv.cfg": "",
            "env/lib/other.py": "f = lambda: g()\n",
            "test_one.py": "import sys\nsys.path[:0] = ['lib/site-packages', 'env/lib']\nimport dep, other, json\n"
            "def test_x():\n    for m in (dep.f, other.f, json.dumps):\n        assert '@fm' not in str(m.__code__.co_names)\n",
        },
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=1)


def test_a_file_named_like_a_builtin_module_does_not_replace_it(pytester: pytest.Pytester) -> None:
    write(
        pytester.path,
        {
            "time.py": "raise RuntimeError\n",
            "zipimport.py": "raise RuntimeError\n",
            "test_one.py": "import importlib, sys\ndef test_x():\n    for name in ('time', 'zipimport'):\n        sys.modules.pop(name)\n"
            "        assert getattr(importlib.import_module(name), '__file__', None) != name + '.py'\n",
        },
    )
    plain, probed = pytester.runpytest_subprocess(*PLAIN), pytester.runpytest_subprocess(*PROBES)
    assert probed.parseoutcomes() == plain.parseoutcomes() == {"passed": 1}


def test_a_finder_of_the_projects_is_asked_once(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import sys, importlib.machinery as m, types\nasked = []\nclass Loader:\n"
        "    def create_module(self, spec): return types.ModuleType('virtual')\n"
        "    def exec_module(self, module): module.x = 1\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'virtual':\n            asked.append(name)\n            return m.ModuleSpec(name, Loader())\n"
        "sys.meta_path.append(Finder())\n"
    )
    pytester.makepyfile("import virtual, conftest\ndef test_x():\n    assert virtual.x == 1 and conftest.asked == ['virtual']\n")
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=1)


def test_a_module_found_by_an_editable_install_is_probed(pytester: pytest.Pytester) -> None:
    write(
        pytester.path,
        {
            "elsewhere/pack.py": "f = lambda: g()\n",
            "conftest.py": "import sys\nfrom importlib.util import spec_from_file_location\nclass Editable:\n    @classmethod\n"
            "    def find_spec(cls, name, path=None, target=None):\n        if name == 'pack':\n"
            "            return spec_from_file_location(name, 'elsewhere/pack.py')\nsys.meta_path.append(Editable)\n",
            "test_one.py": "import pack\ndef test_x():\n    assert '@fm' in str(pack.f.__code__.co_names)\n",
        },
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=1)


def test_optimised_python_and_other_encodings(pytester: pytest.Pytester) -> None:
    (pytester.path / "test_latin.py").write_bytes(
        b"# coding: latin-1\ndef test_x():\n    x = '\xe9'\n    assert x.encode('utf-8') == b'\\xc3\\xa9'\n" + IS_PROBED.encode()
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=2)


def test_a_doctest_and_a_unittest_case_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        mod='def f(x):\n    """Add.\n\n    >>> f(1)\n    2\n    """\n    return x + 1\n',
        test_unit="import unittest\nclass T(unittest.TestCase):\n    def test_x(self):\n        self.assertEqual(len('a'), 1)\n"
        "        with self.subTest(a=1):\n            self.assertTrue(max(1, 2))\n",
    )
    pytester.runpytest_subprocess(*PROBES, "--doctest-modules").assert_outcomes(passed=2)


def test_files_are_the_projects_through_links_and_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "pkg", root / "venv" / "lib", outside):
        folder.mkdir(parents=True)
    (root / "venv" / "pyvenv.cfg").touch()
    (outside / "link").symlink_to(root / "pkg")
    (root / "away").symlink_to(outside)
    (root / "loop").symlink_to(root / "loop")
    finder = ProjectFinder(str(root))
    mine = [root / "pkg" / "a.py", outside / "link" / "a.py", outside / ".." / "root" / "a.py", root / "away" / "link" / "a.py"]
    others = [outside / "a.py", root / "away" / "a.py", root / "venv" / "lib" / "a.py", tmp_path / "rooted.py", "<string>", "<frozen os>"]
    assert [finder.owns(str(path)) for path in mine] == [True] * 4
    assert [finder.owns(str(path)) for path in others] == [False] * 6
    assert finder.relative(str(outside / "link" / "a.py")) == "pkg/a.py"
    assert finder.relative(str(outside / "a.py")) == "../outside/a.py"
    assert finder.owns(str(root / "loop" / "a.py"))
    monkeypatch.chdir(root)
    assert finder.owns("pkg/a.py")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert not finder.owns("b.py")


def test_imports_call_nothing_that_a_test_has_patched(pytester: pytest.Pytester) -> None:
    """As blockbuster does in anyio's own suite: what blocks must not be called inside of an event loop."""
    pytester.mkpydir("pack")
    (pytester.path / "pack" / "late.py").write_text("f = lambda: g()\n", encoding="utf-8")
    pytester.makepyfile(
        "import os, os.path, pytest\ndef test_x(monkeypatch):\n    def blocked(*a, **k): raise RuntimeError('blocked')\n"
        "    for name in ('abspath', 'realpath', 'exists', 'islink', 'isfile', 'relpath', 'lexists'):\n"
        "        monkeypatch.setattr(os.path, name, blocked)\n"
        "    for name in ('stat', 'lstat', 'readlink', 'getcwd', 'listdir', 'scandir'):\n        monkeypatch.setattr(os, name, blocked)\n"
        "    import pack.late, colorsys\n    names = str(pack.late.f.__code__.co_names)\n    monkeypatch.undo()\n"
        "    assert '@fm' in names\n"
    )
    pytester.runpytest_subprocess(*PROBES).assert_outcomes(passed=1)


def test_what_goes_last_still_finds_the_probes(pytester: pytest.Pytester) -> None:
    """As a weak reference of trio's does: the interpreter empties `builtins` before the last objects go."""
    pytester.makepyfile(
        "import weakref\nclass Late:\n    def __del__(self): print('gone', str(max(1, 2)), [n for n in set('a')])\n"
        "class Other: pass\nother = Other()\nref = weakref.ref(other, lambda _: print('ref', str(3)))\nlate = Late()\ndef test_x(): pass\n"
    )
    plain, probed = (pytester.runpytest_subprocess(*way, "-s", "-q") for way in (PLAIN, PROBES))
    assert "gone 2 ['a']" in plain.outlines
    assert [line for line in probed.outlines if "passed" not in line] == [line for line in plain.outlines if "passed" not in line]
    probed.stderr.no_fnmatch_line("Exception ignored*")
