"""A grammar of programs with every construct that the tracer rewrites, or has to leave alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from hypothesis import strategies as st

Text = st.SearchStrategy[str]


def _words(text: str) -> list[str]:
    return text.split()


def _lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")


def _paragraphs(text: str) -> list[str]:
    return text.strip("\n").split("\n\n")


NAMES = st.sampled_from("abc")
ATOMS = NAMES | st.sampled_from(
    _words("""
0 1 -2 2.5 'x' None True [] (1,2) {'k':1} {3,1} o o.n o.items o.missing note(a) warn(1) warn(2) where() f'{b!r:>9}{a=}'
sorted(map(str,locals())) eval('note(1)') __name__
""")
)
# `$0`, `$1`, `$2` stand for expressions.
EXPRESSION_FORMS = _lines("""
($0 + $1)
($0 and $1)
($0 or $1)
($0 // $1)
($0 is $1)
($0 in $1)
$0[$1]
$0[$1:]
$0[$1:$2]
[$0,\\n $1]
{$0: $1}
{$0, $1}
[*$0, $1]
($0, *$1)
{**$0, 'z': $1}
(lambda z=$0: note(z, $1))()
(lambda *z, k=$0, **q: (z, k, q))($1, y=2)
[note(y) for y in $0 if $1]
[(w := note(y)) for y in $0 if $1]
{note(y): $1 for y in $0}
{y for x in $0 for y in (x, $1) if y}
[[*x, y] for x, *y in [$0]]
(w := $0, w, $1)
max($0, key=note, default=$1)
list(zip($0, $1))
dict(k=$0, **$1)
$0.m($1)
note($0)($1)
type('T', (Base,), {'x': $0})().m($1)
note($0)
note(*$0)
note(**$0)
note(\\n  $0,\\n  k=$0)
len($0)
list($0)
str($0).upper()
sum(y for y in $0)
any(note(y) for y in $0)
sorted({y: 1 for y in $0})
','.join($0)
list(iter($0))
print($0)
(not $0)
(-$0)
($0 if $1 else $2)
($0 < $1 <= $2)
($0 == $1 != $2)
""")
# `$e` and `$d` stand for expressions, `$x` and `$y` for names, `$p`, `$q` and `$r` on a line of their own for statements.
SIMPLE_FORMS = _lines("""
$x = $e
$x = $y = $e
$x, *$y = $e
[$x, (w, *$y)] = $e
$x = o.n, $y = $e
$x += $e
$x //= $e
$x: int = $e
o.n = $e
o.n, $x = $e
o.n: int = $e
o.n -= $e
o.items[$e] = $d
o.items[$e] += $d
o.items[$e:] = $d
del o.items[$e]
del $x
del o.n
assert $e, note('message')
assert $e == $d
raise KeyError($e)
raise KeyError($e) from $d
raise Ours($e)
return $e
return
pass
'text'
global g; g = $e
import math as $x
from math import pi as $x
exec('note(2)')
warn(2); $x = $e
print($e, sep=$d)
for $x in $e: continue
for o.n in $e: note(o.n)
for $x, *$y in $e: note($x)
if $e: return $d
while note(0): pass
with Context($e), Context($d) as $x: note($x)
with Context($e) as (\\n  $x, $y): note($x, $y)
@note\\ndef k($x=$e): pass
@(lambda f: note(f) and None)\\nclass D: $x = $e
$x = Call(lambda $y=($e): ($y, $d))
""")
COMPOUND_FORMS = _paragraphs("""
if $e:
    $p
elif $d:
    $q
else:
    $r

for $x in $e:
    $p
    if note(): break
else:
    $q

while note(1) and $e:
    $p
    break
else:
    note('else')

try:
    $p
except (TypeError, KeyError) as e:
    $q
else:
    note('else')
finally:
    $r

try:
    $p
except note($e, KeyError):
    $q

with Context($e) as a:
    $p

match $e, $d:
    case [a, *b] if $d:
        $p
    case _ if note():
        pass

match $e:
    case [a, *b] if $d:
        note(a)
    case {'k': c, **b} | (1 as c):
        b = note(c)
    case V() | Thing(n=c):
        note('class')
    case str() as c:
        note(c)
    case None | True | -2 | 2.5:
        note('constant')
    case _:
        $p

def h(a, /, b=$e, *, k=$d):
    nonlocal c
    $p
    return note(a)
$x = h(1)

def h(a):
    $x = yield $e
    $p
    return (yield from $d)
$y = list(h(1))

class C(Base):
    x = note($e)
    names = [y for y in (1, 2)]
    def m(self, a):
        b = c = super().m()
        $p
        return a, b, c
b = C().m($d)

class C(metaclass=Meta, k=note($e)):
    'doc'
    x: int = note($d)
    __y = x
    def m(self): return self.__y
$x = C().m(), C.__doc__, C.made

class C(Base, metaclass=Odd):
    x = anything
    def m(self): return __class__.__name__, super().m()
$x = note(C().m(), C.x)

@dataclass(order=note(True))
class C:
    n: int
    m: V = field(default_factory=lambda: note($e))
$x = repr(C($d))

class C:
    __slots__ = ('s',)
    def __init__(self, s): self.s = s
    @property
    def t(self): return note(self.s)
$x = C($e).t

@Deco($e)
def h(a=None):
    $p
    return a
$x = h($d)

async def h(a):
    async with Context($e) as b: pass
    async for c in agen(): note(c)
    $p
    return [await wait(y) async for y in agen()]
$x = drive(h($d))
""")
YIELD_FORMS = _lines("""
$x = yield $e
yield $e
yield from $e
$x = yield from (y for y in $e)
note((yield $e), (yield))
$x += yield
$x = [(yield), *(yield $e)]
if (yield $e): note($x)
return $e
yield from inner()
""")
AWAIT_FORMS = _lines("""
$x = await wait($e)
$x = [await wait(y) for y in $e]
$x = [y async for y in agen() if await wait($e)]
$x = {y: $e async for y in agen()}
async for $x in agen(): note($x)
async for $x in $e: pass
async with Context($e) as $x: await wait($x)
$x = await asyncio.gather(wait($e), wait($d))
$x = await asyncio.create_task(wait($e))
$x += await wait($e)
await $e
note(await wait($e), *(await wait($d)))
return await wait($e)
""")
ASYNC_YIELD_FORMS = ["$x = yield $e", "yield await wait($e)", "$x = yield", "async for $x in agen(): yield $x"]

if sys.version_info >= (3, 11):
    EXPRESSION_FORMS.append("o.items[*$0]")
    COMPOUND_FORMS.append("""\
try:
    try:
        $p
    except Exception as e: raise ExceptionGroup('g', [e, OSError(1)])
except* (TypeError, KeyError) as e:
    note(repr(e))
except* OSError:
    $q""")
if sys.version_info >= (3, 12):
    COMPOUND_FORMS += _paragraphs("""
def h[T: note(1)](a: T, b=($e)) -> T:
    type W = note(a)
    $p
    return a, b, str(W)
$x = h($d)

class C[T](Base):
    x = [note(y) for y in (1, 2)]
    def m[U](self, a: U):
        $p
        return super().m()
$x = C[int]().m($e)
""")
if sys.version_info >= (3, 14):
    SIMPLE_FORMS.append("$x = t'a{note(1)!r:>{2}}b'; $y = [(i.value, i.expression) for i in $x.interpolations]")


def _expressions(inner: Text) -> Text:
    texts = st.tuples(inner, inner).map(lambda p: f"f'{{({p[0]})!r}}-{{({p[1]})}}'".replace("\n", ""))
    forms = st.tuples(st.sampled_from(EXPRESSION_FORMS), inner, inner, inner)
    return texts.filter(lambda text: text.count("'") == 2) | forms.map(lambda p: filled(p[0], dict(zip("012", p[1:], strict=True))))


EXPRESSIONS = st.recursive(ATOMS, _expressions, max_leaves=6)


def _statements(forms: Sequence[str], bodies: Text | None = None) -> Text:
    body = st.lists(bodies, min_size=1, max_size=3).map("\n".join) if bodies is not None else st.just("")
    parts = st.tuples(st.sampled_from(forms), EXPRESSIONS, EXPRESSIONS, NAMES, NAMES, body, body, body)
    return parts.map(lambda p: filled(p[0].rstrip("\n"), dict(zip("edxypqr", p[1:], strict=True))))


def filled(form: str, parts: dict[str, str]) -> str:
    """Replace the placeholders of a form; statements are indented as their placeholder is."""
    form = re.sub(r"^( +)\$([pqr])$", lambda found: indented(parts[found[2]], found[1]), form.replace("\\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\$([012edxy])", lambda found: parts.get(found[1], found[0]), form)


def indented(text: str, by: str = "    ") -> str:
    return "\n".join(by + line for line in text.split("\n"))


def going_on(statement: str) -> str:
    """Let the program go on after an error of this statement, and note where it was raised."""
    return f"try:\n{indented(statement)}\nexcept Exception as e:\n    note(type(e).__name__, str(e), e.__traceback__.tb_lineno)"


def _bodies(leaves: Text) -> Text:
    statements = st.recursive(leaves, lambda inner: _statements(COMPOUND_FORMS, inner), max_leaves=5)
    return st.lists(statements | statements.map(going_on) | statements.map(going_on), min_size=1, max_size=4).map("\n".join).map(indented)


def _without_result(forms: Sequence[str]) -> list[str]:
    return [form for form in forms if "return" not in form]


SIMPLE = EXPRESSIONS | _statements(SIMPLE_FORMS)
FUNCTIONS = _bodies(SIMPLE)
GENERATORS = _bodies(SIMPLE | _statements(YIELD_FORMS) | _statements(YIELD_FORMS))
COROUTINES = _bodies(SIMPLE | _statements(AWAIT_FORMS) | _statements(AWAIT_FORMS))
ASYNC_GENERATORS = _bodies(
    EXPRESSIONS | _statements(_without_result(SIMPLE_FORMS)) | _statements(_without_result(AWAIT_FORMS)) | _statements(ASYNC_YIELD_FORMS)
)
STEPS = st.lists(st.sampled_from(["next", "send", "throw KeyError", "throw TypeError", "close"]), min_size=1, max_size=6)
