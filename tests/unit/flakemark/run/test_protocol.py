"""Every kind of test that pytest runs ends in a worker as it ends in pytest."""

from __future__ import annotations

import pytest

from flakemark.runs import Outcome, RunResult
from tests.unit.flakemark.run.conftest import Bench, Make

PASSED, FAILED, SKIPPED, DIED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.DIED
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def session_log():
    log = ["session up"]
    yield log
    assert log[-1] == "used", "session down"

@pytest.fixture(scope="package")
def package(session_log): return session_log

@pytest.fixture(scope="module")
def module(package): return package

@pytest.fixture(scope="class")
def per_class(module): return module

@pytest.fixture
def scopes(per_class):
    per_class.append("used")
    return per_class

@pytest.fixture
def broken_setup(): raise RuntimeError("set up")

@pytest.fixture
def broken_teardown():
    yield
    raise RuntimeError("torn down")
"""
SOURCE = """
import asyncio, contextlib, logging, os, sys, unittest
import pytest

def test_scopes(scopes): assert scopes == ["session up", "used"]
def test_session_teardown_fails(session_log): pass

class TestClass:
    attribute = []
    @pytest.fixture(autouse=True)
    def attributes(self): self.attribute.append(1)
    def test_method(self): assert self.attribute == [1]
    class TestNested:
        def setup_method(self): self.ready = True
        def test_inner(self): assert self.ready and TestClass.attribute

@pytest.mark.parametrize("odd", ["a::b", "[x]", "a/b", "ä", "", "a b", "\\n", "x" * 300, None, 1.5])
def test_odd(odd): assert odd != "a b"

class TestUnit(unittest.TestCase):
    @classmethod
    def setUpClass(cls): cls.log = ["class"]
    def setUp(self): self.log.append("up")
    def tearDown(self): assert self.log == ["class", "up"]
    def test_unit(self): self.assertEqual(self.log, ["class", "up"])
    def test_unit_fails(self): self.assertEqual(1, 2)
    def test_subtests(self):
        for number in range(3):
            with self.subTest(number=number): self.assertNotEqual(number, 1)
    @unittest.skip("no")
    def test_unit_skipped(self): pass
    @unittest.expectedFailure
    def test_unit_expected(self): self.assertEqual(1, 2)

class TestAsyncUnit(unittest.IsolatedAsyncioTestCase):
    async def test_async_unit(self): await asyncio.sleep(0)

async def test_plain_coroutine(tmp_path): await asyncio.sleep(0); assert tmp_path.is_dir()
async def test_plain_coroutine_fails(): await asyncio.sleep(0); assert False
@pytest.mark.asyncio
async def test_asyncio(): await asyncio.sleep(0)
@pytest.mark.asyncio
async def test_asyncio_fails(): await asyncio.sleep(0); assert False

def test_broken_setup(broken_setup): pass
def test_broken_teardown(broken_teardown): pass
def test_fails_and_broken_teardown(broken_teardown): assert False

@pytest.mark.xfail
def test_xfail(): assert False
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.xfail(strict=True)
def test_xpass_strict(): pass
@pytest.mark.xfail(raises=ValueError)
def test_xfail_other(): raise TypeError
@pytest.mark.skip
def test_skip(): pass
def test_skip_inside(): pytest.skip("now")
def test_importorskip(): pytest.importorskip("no_such_module_here")

def test_pytest_fail(): pytest.fail("told to")
def test_pytest_exit(): pytest.exit("enough")
def test_system_exit(): sys.exit(3)
def test_interrupt(): raise KeyboardInterrupt
def test_deep(): test_deep()
def test_group(): raise ExceptionGroup("several", [ValueError(1), TypeError(2)]) if sys.version_info >= (3, 11) else ValueError
def test_odd_exception():
    class Odd(Exception):
        def __str__(self): raise RuntimeError
        __repr__ = __str__
    raise Odd

def test_capsys(capsys): print("heard"); assert capsys.readouterr().out == "heard\\n"
def test_capfd(capfd): os.system("echo heard"); assert capfd.readouterr().out == "heard\\n"
def test_caplog(caplog): logging.warning("heard"); assert caplog.messages == ["heard"]
def test_tmp_path(tmp_path, tmp_path_factory): (tmp_path / "x").write_text("x"); assert os.listdir(tmp_path) == ["x"]
def test_tmpdir(tmpdir): tmpdir.join("x").write("x")
def test_monkeypatched(monkeypatch):
    for name in ("fork", "waitpid", "_exit", "replace"): monkeypatch.delattr(os, name)
def test_stays_patched():
    import builtins, json, time
    os.replace = os._exit = os.open = json.dumps = json.dump = time.monotonic = builtins.open = None
def test_stdin(): assert sys.stdin is not None and pytest.raises(OSError, input)
def test_recwarn(recwarn): import warnings; warnings.warn("heard"); assert len(recwarn) == 1
def test_doctest_namespace(doctest_namespace, cache, record_property, request, pytestconfig): cache.set("a/b", 1)
"""
EXPECTED = {
    "test_scopes": PASSED, "test_session_teardown_fails": FAILED,
    "TestClass::test_method": PASSED, "TestClass::TestNested::test_inner": PASSED,
    "TestUnit::test_unit": PASSED, "TestUnit::test_unit_fails": FAILED, "TestUnit::test_subtests": FAILED,
    "TestUnit::test_unit_skipped": SKIPPED, "TestUnit::test_unit_expected": SKIPPED, "TestAsyncUnit::test_async_unit": PASSED,
    "test_plain_coroutine": PASSED, "test_plain_coroutine_fails": FAILED, "test_asyncio": PASSED, "test_asyncio_fails": FAILED,
    "test_broken_setup": FAILED, "test_broken_teardown": FAILED, "test_fails_and_broken_teardown": FAILED,
    "test_xfail": SKIPPED, "test_xpass": PASSED, "test_xpass_strict": FAILED, "test_xfail_other": FAILED,
    "test_skip": SKIPPED, "test_skip_inside": SKIPPED, "test_importorskip": SKIPPED,
    "test_pytest_fail": FAILED, "test_pytest_exit": DIED, "test_system_exit": FAILED, "test_interrupt": DIED,
    "test_deep": FAILED, "test_group": FAILED, "test_odd_exception": FAILED,
    "test_capsys": PASSED, "test_capfd": PASSED, "test_caplog": PASSED, "test_tmp_path": PASSED, "test_tmpdir": PASSED,
    "test_monkeypatched": PASSED, "test_stays_patched": PASSED, "test_stdin": PASSED, "test_recwarn": PASSED,
    "test_doctest_namespace": PASSED,
}  # fmt: skip
ALSO_FRESH = (
    "test_scopes", "TestUnit::test_subtests", "test_plain_coroutine", "test_broken_teardown", "test_interrupt", "test_stays_patched",
    "test_capfd",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(make_bench: Make) -> Bench:
    return make_bench({"conftest.py": CONFTEST, "test_it.py": SOURCE})


@pytest.mark.parametrize(("name", "outcome"), EXPECTED.items(), ids=EXPECTED)
def test_it_ends_in_a_fork_as_in_pytest(project: Bench, name: str, outcome: Outcome) -> None:
    result = project.run(name)
    assert (result.outcome, result.failure is not None) == (outcome, outcome in (FAILED, DIED)), result.failure


@pytest.mark.parametrize("name", ALSO_FRESH)
def test_it_ends_in_a_fresh_process_as_in_a_fork(project: Bench, name: str) -> None:
    forked, fresh = project.run(name), project.run(name, fresh=True)
    assert (fresh.outcome, _kind(fresh)) == (forked.outcome, _kind(forked))


def _kind(result: RunResult) -> tuple[str, ...]:
    failure = result.failure
    return (failure.phase, failure.exception, failure.crash, failure.where) if failure is not None else ()


def test_parameters_with_odd_ids_are_found_again(project: Bench) -> None:
    names = [name for name in project.surroundings.items if "test_odd[" in name]
    assert len(names) == 10
    assert {name: project.run(name).outcome for name in names} == {name: FAILED if "a b" in name else PASSED for name in names}


def test_setup_and_teardown_errors_name_their_phase_and_line(project: Bench) -> None:
    found = {name: project.run(name).failure for name in ("test_broken_setup", "test_broken_teardown", "test_session_teardown_fails")}
    assert [(failure.phase, failure.exception, failure.where) for failure in found.values() if failure] == [
        ("setup", "RuntimeError", "conftest.py:25"),
        ("teardown", "RuntimeError", "conftest.py:30"),
        ("teardown", "AssertionError", "conftest.py:8"),
    ]


def test_the_first_failure_of_a_test_counts(project: Bench) -> None:
    failure = project.run("test_fails_and_broken_teardown").failure
    assert failure is not None
    assert (failure.phase, failure.exception) == ("call", "AssertionError")


def test_the_failure_reads_as_in_pytest(project: Bench) -> None:
    failure = project.run("TestUnit::test_unit_fails").failure
    assert failure is not None
    assert failure.message.startswith("AssertionError: 1 != 2")
    assert failure.crash == failure.where == failure.test_line
    assert "self.assertEqual(1, 2)" in failure.text


def test_a_run_that_ends_early_says_with_what(project: Bench) -> None:
    failures = [project.run(name).failure for name in ("test_pytest_exit", "test_interrupt")]
    assert [failure.message for failure in failures if failure] == [
        "the run ended with Exit: enough",
        "the run ended with KeyboardInterrupt",
    ]


def test_tests_that_ran_before_share_fixtures_with_the_victim(project: Bench) -> None:
    result = project.run("test_scopes", before=("TestClass::test_method", "test_scopes"))
    assert result.outcome is FAILED  # "used" is there twice
    assert result.others_failed == ()


def test_every_run_has_an_empty_tmp_path(project: Bench) -> None:
    assert {result.outcome for result in project.runs("test_tmp_path", 3)} == {PASSED}


def test_nothing_is_written_into_the_project(project: Bench) -> None:
    assert sorted(path.name for path in project.root.iterdir()) == ["conftest.py", "test_it.py"]
