"""Code that looks at itself sees what it saw: frames, sources, warnings, debuggers, coverage, pickles, in real processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PLAIN = ("-p", "no:flakemark")
PROBES = (*PLAIN, "-p", "flakemark.trace.session")
QUIET = ("-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly")
HELPER = """
import functools, sys
def crash(x):
    return str(
        int(x) +
        len(
            x.missing))
def deco(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(*a, **k)
    return inner
class Made:
    def __init__(self, n=1): self.n = max(n, 0)
    def __eq__(self, other): return vars(self) == vars(other)
    @property
    def twice(self): return int(self.n) * 2
"""
# Each is the body of a test that prints what it sees.
TOPICS = {
    "tracebacks": """
    import asyncio, contextlib, threading, traceback
    @deco
    def outer(x):
        try:
            return [crash(y) for y in str(x)]
        except AttributeError as error:
            raise KeyError(str(error)) from error
    def generator():
        yield from map(outer, ["1"])
    @contextlib.contextmanager
    def context():
        yield outer("1")
    async def task():
        await asyncio.sleep(0)
        with context(): pass
    async def group(): await asyncio.gather(task())
    def enter():
        with context(): pass
    for way in (lambda: outer("1"), lambda: list(generator()), enter, lambda: asyncio.run(group())):
        try:
            way()
        except KeyError as error:
            print(traceback.format_exc())
            print([(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__cause__.__traceback__)])
    hook, threading.excepthook = threading.excepthook, lambda args: print("".join(traceback.format_exception(*args[:3])))
    thread = threading.Thread(target=outer, args=("1",))
    thread.start()
    thread.join()
    threading.excepthook = hook
    """,
    "sources": """
    import inspect
    def local(x):
        y = len(x)
        return lambda: (x, y, crash)
    print(inspect.getsource(crash), inspect.getsource(deco), inspect.getsource(helper.Made), inspect.getsourcelines(local))
    print(inspect.getsourcefile(crash) == helper.__file__, inspect.signature(deco(crash)), inspect.getdoc(helper), inspect.getmodule(crash))
    found = inspect.getclosurevars(local("a"))
    print(found.nonlocals, sorted(found.globals))
    print(sorted(name for name, _ in inspect.getmembers(helper) if not name.startswith("__")))
    print(crash.__code__.co_firstlineno, crash.__code__.co_varnames, crash.__code__.co_argcount, crash.__qualname__, crash.__defaults__)
    def here(): return [(frame.function, frame.lineno, frame.code_context) for frame in inspect.stack()[:2]]
    print(here(), [line for *_, line in crash.__code__.co_lines()][-1:])
    """,
    "frames": """
    import collections, enum, logging, typing
    def caller(depth=1): return sys._getframe(depth).f_code.co_name, sys._getframe(depth).f_lineno, sorted(sys._getframe(depth).f_locals)
    def user(a):
        b = str(a)
        return [caller(), caller(depth=int(2))], {k: caller() for k in b}
    print(user(1))
    kinds = (collections.namedtuple("P", "x y"), enum.Enum("E", "a b"), typing.TypeVar("T"), typing.NamedTuple("N", [("x", int)]))
    print([kind.__module__ for kind in kinds])
    class Handler(logging.Handler):
        def emit(self, record): print(record.funcName, record.lineno, record.filename, record.getMessage())
    logger = logging.getLogger("own")
    logger.addHandler(Handler())
    logger.propagate = False
    logger.warning(
        "text %s",
        str(1))
    def levels(): logger.error("level", stacklevel=int(2))
    levels()
    """,
    "warnings": """
    import warnings
    def warn(level): warnings.warn(f"level {level}", stacklevel=level)
    def deeper(level):
        warn(
            int(level))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for level in (1, 2, 3, 1, 2, 3):
            deeper(level)
        class Old:
            def __init_subclass__(cls): warnings.warn("subclass", DeprecationWarning, stacklevel=2)
        class New(Old):
            x = str(1)
    print([(w.lineno, w.filename == __file__, str(w.message)) for w in caught])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try: deeper(2)
        except UserWarning as error: print(error, error.__traceback__.tb_next.tb_lineno)
    deeper(3)
    """,
    "pickles": """
    import copy, functools, multiprocessing, pickle
    for thing in (crash, helper.Made, helper.Made(3), functools.partial(crash, "1"), helper.Made(2).__eq__):
        for protocol in (0, pickle.HIGHEST_PROTOCOL):
            data = pickle.dumps(thing, protocol)
            print(len(data), pickle.loads(data) == thing if not isinstance(thing, functools.partial) else pickle.loads(data).args)
    print(copy.deepcopy(helper.Made(4)).twice, copy.copy(crash) is crash)
    try: pickle.dumps(lambda: str(1))
    except (pickle.PicklingError, AttributeError) as error: print(str(error).partition(" at ")[0])
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(pool.map(helper.Made, [1, 2])[1].twice)
            try: pool.apply(crash, ("1",))
            except AttributeError as error: print(error, "in crash" in str(error.__cause__), "_@" in str(error.__cause__))
    """,
    "tracers": """
    import bdb, threading, trace
    own = (__file__, helper.__file__)
    def work(n):
        total = 0
        for x in range(n):
            total += max(
                x, helper.Made(x).twice,
                1)
        return [y for y in (total, str(total))]
    def note(frame, event, arg):
        if frame.f_code.co_filename not in own:
            return None
        seen.append((event, frame.f_code.co_name, frame.f_lineno))
        return note
    for install in (sys.settrace, sys.setprofile):
        seen = []
        install(note)
        work(2)
        install(None)
        print(len(seen), seen)
    class Debugger(bdb.Bdb):
        def user_line(self, frame):
            if frame.f_code.co_filename in own:
                print("line", frame.f_code.co_name, frame.f_lineno)
            self.set_next(frame)
    debugger = Debugger()
    debugger.set_break(helper.__file__, helper.Made.twice.fget.__code__.co_firstlineno)
    debugger.runcall(work, 2)
    counter = trace.Trace(count=1, trace=0)
    counter.runfunc(work, 3)
    print(sorted((line, count) for (name, line), count in counter.results().counts.items() if name in own))
    if sys.version_info >= (3, 12):
        monitoring, lines = sys.monitoring, []
        monitoring.use_tool_id(4, "test")
        monitoring.register_callback(4, monitoring.events.LINE, lambda code, line: lines.append((code.co_name, line)))
        for function in (work, helper.Made.twice.fget):
            monitoring.set_local_events(4, function.__code__, monitoring.events.LINE)
        work(2)
        monitoring.free_tool_id(4)
        print(lines)
    """,
    "reflection": """
    import ast, gc, textwrap, types, weakref
    print([type(x).__name__ for x in (helper, helper.Made, crash, helper.Made.twice, (x for x in ()))])
    print(isinstance(helper.__spec__.loader, __import__("importlib.machinery").machinery.SourceFileLoader), helper.__loader__.name)
    gone = weakref.ref(helper.Made(7))
    def keep():
        made = helper.Made(8)
        return weakref.ref(made), sys.getrefcount(made)
    print(gone(), keep()[0]() , keep()[1], sys.getrefcount(helper.Made(9)))
    made = helper.Made(5)
    print(len([x for x in gc.get_referrers(made) if isinstance(x, (list, tuple, dict))]) <= 1, sorted(vars(made)), sorted(globals()))
    copied = types.FunctionType(crash.__code__, {"str": repr, "int": int, "len": len, "__builtins__": __builtins__})
    try: copied("1")
    except AttributeError as error: print(error)
    print(ast.dump(ast.parse(textwrap.dedent(__import__("inspect").getsource(crash))))[:60], hash(crash.__code__) == hash(crash.__code__))
    def locals_of(a, *b, **c):
        d = len(b)
        return sorted(locals()), sorted(x for x in dir()), eval("a + d")
    print(locals_of(1, 2, e=3))
    """,
}
HEAD = "import helper, sys\nfrom helper import crash, deco\n\n"


SEPARATOR = "=== "


def output(root: Path, way: tuple[str, ...]) -> dict[str, str]:
    """Run all topics as tests of one process; returns what each printed, or its failure, without addresses."""
    command = [sys.executable, "-m", "pytest", *way, *QUIET, "-W", "always", "--tb=short"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    parts = re.sub(r"0x[0-9a-f]+|in \d+\.\d+s", "", done.stdout).split(SEPARATOR)
    assert f"{len(TOPICS)} passed" in parts[-1], done.stdout + done.stderr
    return {part.split("\n")[0]: part for part in parts[1:]}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    root = tmp_path_factory.mktemp("topics")
    tests = [f"def test_{topic}():\n    print('{SEPARATOR}{topic}'){body}" for topic, body in TOPICS.items()]
    (root / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n", encoding="utf-8")
    (root / "helper.py").write_text(HELPER, encoding="utf-8")
    (root / "test_it.py").write_text(HEAD + "\n".join(tests), encoding="utf-8")
    return output(root, PLAIN), output(root, PROBES)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_program_that_looks_at_itself_prints_the_same(seen: tuple[dict[str, str], dict[str, str]], topic: str) -> None:
    plain, probed = seen
    assert len(plain[topic]) > 100
    assert probed[topic] == plain[topic]


PDB = """
def test_it():
    import pdb
    debugger = pdb.Pdb(nosigint=True, readrc=False)
    debugger.set_trace()
    made = helper.Made(
        len("abc"))
    total = made.twice + max(1, 2)
    assert deco(str)(total) == "8"
"""


def test_a_debugger_goes_from_line_to_line_as_before(pytester: pytest.Pytester) -> None:
    """`step` stops in our frames, too (docs/tracing.md); `next`, `until`, `return`, breakpoints and `where` do not."""
    pytester.makepyfile(helper=HELPER, test_it=HEAD + PDB)
    commands = b"next\nnext\nuntil 12\np made.n, total\ntbreak helper.py:11\ncontinue\nargs\nup\ncontinue\n"
    shown = []
    for way in (PLAIN, PROBES):
        result = pytester.run(sys.executable, "-m", "pytest", *way, *QUIET, stdin=commands)
        assert result.ret == 0, result.outlines
        shown.append([line for line in result.outlines if "passed" not in line])
    assert shown[0] == shown[1]
    assert "(3, 8)" in "\n".join(shown[0])


COVERED = """
import helper
def f(x):
    if x > len('a') and (
            x < 9 or
            str(x)):
        return [y for y in range(x)
                if y]
    if max(
            x, 0) == 7:
        x += 1
    while x:
        x -= int(
            1)
    else:
        return (
            max(x, 0))
"""


@pytest.mark.parametrize("core", ["ctrace", "sysmon"])
def test_coverage_measures_the_same_lines_and_branches(pytester: pytest.Pytester, core: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("coverage")
    if core == "sysmon" and sys.version_info < (3, 14):
        pytest.skip("measures branches since Python 3.14")
    monkeypatch.setenv("COVERAGE_CORE", core)
    pytester.makepyfile(helper=HELPER, covered=COVERED, test_it="import covered\ndef test_it(): assert covered.f(3) and not covered.f(1)")
    found = []
    for way in (PLAIN, PROBES):
        command = [sys.executable, "-m", "coverage", "run", "--branch", "--source=.", "-m", "pytest", *way, *QUIET]
        assert pytester.run(*command).ret == 0
        pytester.run(sys.executable, "-m", "coverage", "json", "-q", "-o", "found.json")
        files = json.loads((pytester.path / "found.json").read_text(encoding="utf-8"))["files"]
        found.append({name: {key: file[key] for key in file if "line" in key or "branch" in key} for name, file in files.items()})
    assert found[0] == found[1]
    assert found[0]["covered.py"]["missing_branches"]


def test_no_report_of_pytests_shows_a_probe(pytester: pytest.Pytester) -> None:
    """Whatever raises while a probe runs: a signal handler, the end of the stack, the callee of a stand-in."""
    pytester.makepyfile(
        "import random, signal\ndef recurse(n):\n    x = [n, str(n)]\n    random.random()\n    return recurse(n + 1)\n"
        "def test_stack(): recurse(0)\n"
        "def test_shuffle(): random.shuffle(3)\n"
        "def test_signal():\n    def stop(number, frame):\n        frame = None\n        raise KeyError('stop')\n"
        "    signal.signal(signal.SIGALRM, stop)\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.05)\n    while True:\n        x = {n: str(n) for n in range(9)}\n"
    )
    result = pytester.runpytest_subprocess(*PROBES, *QUIET)
    result.assert_outcomes(failed=3)
    assert not [line for line in result.outlines if str(Path("flakemark") / "trace") in line]
