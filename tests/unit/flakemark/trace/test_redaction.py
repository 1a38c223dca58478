"""Secrets do not get into traces: what their names say, and wherever else they occur."""

from __future__ import annotations

import ast
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.divergence import same
from flakemark.events import Site, TracedSite, is_whole
from flakemark.literals import show
from flakemark.trace.fingerprint import encode
from flakemark.trace.format import Content
from flakemark.trace.names import Names, names_beside
from flakemark.trace.redaction import Redaction, is_secret, may_name_secrets


@pytest.mark.parametrize(
    "name",
    [
        "token", "TOKEN", "tokens", "api_key", "apiKey", "APIKey", "API_KEY", "password", "db_password2", "passwd", "PGPASSWORD",
        "client_secret",
        "secrets", "Authorization", "AWS_SECRET_ACCESS_KEY", "credentials", "key", "private-key", "getToken", "XAuthToken", "apikey",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["keyboard", "monkey", "monkeypatch", "tokenize", "tokenizer", "secretary", "turkey", "hockey", "keys", "passing", "", "x", "Keynote"],
)
def test_names_that_only_look_like_it(name: str) -> None:
    assert not is_secret(name)


SOURCE = """
import os

def get_token(password="from default"):
    value = fetch()
    return value.strip()

async def main(session, *, secret=make()):
    token = fetch()
    self.api_key = (await fetch()).decode()
    session["passwd"] = fetch()
    login("bob", password=fetch())
    headers = {"Authorization": "Bearer " + fetch(), "Accept": fetch()}
    value = os.environ["DB_PASSWORD"]
    other = os.getenv("API_KEY")
    credential = fetch() or fetch()
    with fetch() as key:
        for token in fetch():
            pass
    plain = fetch(token)
    keyboard = fetch()
"""
SECRET_LINES = {
    4: {"password"}, 8: {"secret"}, 9: {"token"}, 10: {"api_key"}, 11: {"passwd"}, 12: {"password"}, 13: {"Authorization"},
    14: {"DB_PASSWORD"}, 15: {"API_KEY"}, 16: {"credential"}, 17: {"key"}, 18: {"token"},
}  # fmt: skip


def test_names_beside_values_are_found_in_the_source() -> None:
    lines: dict[int, set[str]] = {}
    for (line, _), names in names_beside(ast.parse(SOURCE)).items():
        lines.setdefault(line, set()).update(filter(is_secret, names))
    assert {line: names for line, names in lines.items() if names} == SECRET_LINES


def call(line: int, column: int, *, file: str = "a.py", callee: str = "fetch", function: str = "main", kind: str = "call") -> TracedSite:
    return TracedSite(Site(f"{file}:{line}:{column}:{kind}", file, line, line, function, kind, callee), "", "")


@pytest.fixture
def names(tmp_path: Path) -> Names:
    (tmp_path / "a.py").write_text(SOURCE, encoding="utf-8")
    return Names(str(tmp_path), may_name_secrets)


def redacted(names: Names, *pairs: tuple[TracedSite, Any]) -> list[Any]:
    sites = list(dict.fromkeys(site for site, _ in pairs))
    events = [(sites.index(site), 0, encode(value), number) for number, (site, value) in enumerate(pairs)]
    return [event[2] for event in Redaction(names).apply(Content(sites, ["main"], events)).events]


def test_other_values_stay(names: Names) -> None:
    assert redacted(names, (call(20, 12), "something"), (call(21, 15), "something else")) == ["something", "something else"]


def test_a_value_is_redacted_for_the_name_that_it_is_assigned_to(names: Names) -> None:
    assert redacted(names, (call(9, 12), "hunter2")) == [["redacted", "token", 1]]


def test_equal_values_have_equal_numbers_and_nothing_of_them_is_left(names: Names) -> None:
    literals = redacted(names, *((call(9, 12), value) for value in ("first one", "second one", "first one")))
    assert [literal[2] for literal in literals] == [1, 2, 1]
    assert "one" not in json.dumps(literals)


@pytest.mark.parametrize("value", [None, True, False, "", [], {}, (), len, int, json])
def test_what_tells_nothing_stays(names: Names, value: Any) -> None:
    assert redacted(names, (call(9, 12), value)) == [encode(value)]


@pytest.mark.parametrize("value", [7, 2.5, "short", b"\x00\xff", ["a", "b"], {"a": 1}, Path("/x"), 10**30])
def test_whatever_else_is_gone(names: Names, value: Any) -> None:
    [literal] = redacted(names, (call(9, 12), value))
    assert literal == ["redacted", "token", 1]
    assert show(literal) == "<redacted token 1>"
    assert not is_whole(["list", [literal]])  # it cannot be forced


def test_functions_and_what_they_return_count_by_their_names(names: Names) -> None:
    assert redacted(names, (call(99, 0, callee="get_token"), "abc"))[0][0] == "redacted"
    returned = call(6, 11, function="Vault.get_token", kind="return", callee="strip")
    assert redacted(names, (returned, "abc"))[0][0] == "redacted"


def test_keys_inside_of_values_count(names: Names) -> None:
    site = call(99, 0)
    value = {"user": "bob", "password": "x", "more": [{"apiKey": 5}], "headers": [("Authorization", "Bearer y"), ("Accept", "*")]}
    [literal] = redacted(names, (site, value))
    assert show(literal) == (
        "{'user': 'bob', 'password': <redacted password 1>, 'more': [{'apiKey': <redacted apiKey 1>}], 'headers': [('Authorizati…"
    )
    assert '"bob"' in json.dumps(literal)
    assert "Bearer" not in json.dumps(literal)


class Account:
    def __init__(self) -> None:
        self.name, self.password = "bob", "hunter2"


def test_attributes_inside_of_objects_count(names: Names) -> None:
    [literal] = redacted(names, (call(99, 0), Account()))
    assert "hunter2" not in json.dumps(literal)
    assert "bob" in json.dumps(literal)


def test_a_secret_is_found_wherever_else_it_went_even_before(names: Names) -> None:
    secret = "s3cr3t-value"
    site = call(99, 0)
    values = [f"https://host/?k={secret}", {"x": [f"Bearer {secret}"]}, Path(f"/run/{secret}"), {secret: 1}, ("Bearer", [secret]), "other"]
    literals = redacted(names, *((site, value) for value in values), (call(9, 12), secret))
    assert secret not in json.dumps(literals)
    assert literals[5] == "other"
    assert literals[1][0] == "dict"


def test_readings_of_clocks_and_values_of_this_run_are_looked_into(names: Names) -> None:
    redaction = Redaction(names)
    inside = ["held", ["dict", [["password", "s3cr3t-value"]]]]
    events = [(0, 0, inside, 1), (0, 0, ["clock", 5.5, 0.25], 2), (0, 0, ["held", "at s3cr3t-value"], 3)]
    literals = [event[2] for event in redaction.apply(Content([call(99, 0)], ["main"], events)).events]
    assert literals[:2] == [["held", ["dict", [["password", ["redacted", "password", 1]]]]], ["clock", 5.5, 0.25]]
    assert "s3cr3t" not in json.dumps(literals)


def test_a_short_or_common_word_is_not_looked_for_elsewhere(names: Names) -> None:
    literals = redacted(names, (call(9, 12), "abc"), (call(9, 12), "password"), (call(99, 0), "abc and password"))
    assert literals[2] == "abc and password"


def test_the_text_of_the_failure_is_redacted_too(names: Names) -> None:
    redaction = Redaction(names)
    redaction.apply(Content([call(9, 12)], ["main"], [(0, 0, "s3cr3t-value", 1)]))
    secrets = ["E  assert 's3cr3t-value' == 'x'", "password = 'hunter2'", 'url(api_key="abc", n=3)', "{'token': 'zzz'}", "DB_PASSWORD=qqq"]
    shown = redaction.text("\n".join(secrets))
    assert all(word not in shown for word in ("s3cr3t", "hunter2", "abc", "zzz", "qqq"))
    assert "n=3" in shown
    for harmless in ("monkey = 'banana'", "if token == 5:", "token = make_token()", "login(password=self.secret())", "token: str = f(x)"):
        assert redaction.text(harmless) == harmless


def test_a_file_that_is_gone_or_no_python_costs_only_its_names(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("token = = 3", encoding="utf-8")
    names = Names(str(tmp_path), may_name_secrets)
    for file in ("bad.py", "gone.py"):
        assert list(names.of(call(1, 0, file=file).site)) == ["fetch"]


def test_looking_at_a_source_warns_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text("token = fetch('\\d') is 3\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = list(Names(str(tmp_path), may_name_secrets).of(call(1, 8, file="odd.py").site))
    assert "token" in names


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.binary(max_size=4) | st.just("s3cr3t-value")
KEYS = st.sampled_from(["a", "token", "s3cr3t-value"])


def test_a_secret_is_compared_with_a_secret_only() -> None:
    hidden = ["redacted", "token", 1]
    assert same(hidden, "hunter2")
    assert same(["dict", [["a", ["list", [1]]]]], ["dict", [["a", hidden]]])
    assert same(hidden, list(hidden))
    assert not same(hidden, ["redacted", "token", 2])
    assert not same(["list", [hidden, 1]], ["list", ["x", 2]])


VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.tuples(inner, inner), max_leaves=8
)


@given(st.lists(VALUES, max_size=5))
def test_whatever_the_values_are_the_secret_is_in_none_and_they_can_be_shown(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("n")
    (folder / "a.py").write_text(SOURCE, encoding="utf-8")
    literals = redacted(Names(str(folder), may_name_secrets), (call(9, 12), "s3cr3t-value"), *((call(99, 0), value) for value in values))
    assert "s3cr3t-value" not in json.dumps(literals)
    assert all(show(literal) for literal in literals)
