"""The AST rewriting that puts probes into the project's own code.

`x = f(y)` becomes `x = __@fm__[site](site, __@fmc__[site](site, f)(y))`: the call itself still happens in the user's frame, so
that `super()`, `locals()`, `warnings` and frame inspection keep their meaning. Small expressions are written twice, so that a
site that has seen enough costs next to nothing (see `bypass`). Left alone: annotations,
decorator calls (not their arguments), patterns, template strings, and what pytest generates for asserts.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from flakemark.events import Site
from flakemark.trace.bypass import bypass, is_bypassed
from flakemark.trace.handed import FACTORIES
from flakemark.trace.probe import AWAITED, CALLEE, ENTERED, HANDED, ITERABLE, PASSED, VALUE
from flakemark.trace.sources import NAMES
from flakemark.trace.spelling import callee_name, generated, has_order, is_unprobed, iterates, root
from flakemark.trace.tree import Transformer, place_of


class AddSite(Protocol):
    """Numbers a site, or says None of one that is to be left out; `varying` where what is called there may be another thing each time."""

    def __call__(self, site: Site, *, varying: bool = False) -> int | None: ...


_LOAD = ast.Load()


def instrument(tree: ast.Module, file: str, add_site: AddSite, *, flow: bool = False) -> ast.Module:
    """Put probes into a module's tree, in place; cost O(nodes).

    Args:
        tree: the module, with or without pytest's assertion rewriting.
        file: its path relative to the project root, for the sites.
        add_site: takes a site, returns its number. Asked for the same sites in the same order whatever it says.
        flow: whether only the flow of control is probed: branches, iterations, awaits, and calls that are named as a known
            source or wait is.
    """
    rewritten: ast.Module = (_FlowInstrumenter if flow else _Instrumenter)(file, add_site).visit(tree)
    return rewritten


class _Instrumenter(Transformer):
    def __init__(self, file: str, add_site: AddSite) -> None:
        super().__init__()
        self.file = file
        self.add_site = add_site
        self.scopes: list[str] = []
        self.loops = ""
        self.is_called = False  # in a function that is not just a test: it may run often
        self.parameters: frozenset[str] = frozenset()
        self.asserted: dict[str, ast.expr] = {}
        self.environs = {"environ", "environb"}
        self.bare: set[int] = set()  # ids of nodes whose sites are left out

    # sites and probes

    def _site(self, node: ast.AST, kind: str, source: ast.AST) -> ast.Constant | None:
        place = place_of(node)
        line, column = place["lineno"], place["col_offset"]
        function = ".".join(self.scopes) or "<module>"
        key = f"{self.file}:{line}:{column}:{kind}"
        site = Site(key, self.file, line, place["end_lineno"], function, kind, callee_name(source), self.loops)
        number = self.add_site(site, varying=kind in ("call", "compare") and self._varies(source))
        return None if number is None else ast.Constant(number, None, **place)

    def _varies(self, callee: ast.AST) -> bool:
        """Whether what is called is handed in, or looked up somewhere."""
        return callee.id in self.parameters if isinstance(callee, ast.Name) else not isinstance(callee, ast.Attribute)

    def _probe(self, name: str, node: ast.expr, site: ast.Constant | None) -> ast.expr:
        if site is None:
            self.bare.add(id(node))
            return node
        place = place_of(node)
        function: ast.expr = ast.Name(name, _LOAD, **place)
        if name is VALUE or name is CALLEE or name is ITERABLE:
            function = ast.Subscript(function, site, _LOAD, **place)
        return ast.Call(function, [site, node], [], **place)

    def _value(self, node: Any, kind: str, source: ast.AST | None = None) -> Any:
        """Probe an expression's value, unless it already is one or cannot differ."""
        if node is None or _is_probe(node) or id(node) in self.bare or generated(node):
            return node
        return self._observed(self._site(node, kind, source or node), node, node)

    def _observed(self, site: ast.Constant | None, plain: ast.expr, probed: ast.expr) -> ast.expr:
        """Probe the value of an expression, whose other probes at this site are in `probed`."""
        observed = self._probe(VALUE, probed, site)
        return bypass(PASSED, site, plain, observed) if site is not None and (self.is_called or self.loops) else observed

    def _iterable(self, node: ast.expr) -> ast.expr:
        if has_order(node):
            return node
        return self._probe(ITERABLE, node, self._site(node, "iterate", node))

    # expressions

    def visit_Call(self, node: ast.Call) -> Any:
        function = self._spelled(node.func)
        unprobed = self._is_unprobed(function)
        site = None if unprobed else self._site(node, "call", function)
        goes_through = iterates(function)
        node.func = self.visit(node.func)
        node.args = [self._argument(argument, goes_through) for argument in node.args]
        node.keywords = [self._keyword(keyword) for keyword in node.keywords]
        if unprobed:
            return node
        looked_at = ast.Call(self._probe(CALLEE, node.func, site), node.args, node.keywords, **place_of(node))
        return self._observed(site, node, looked_at)

    def _keyword(self, node: ast.keyword) -> Any:
        if node.arg not in FACTORIES or not isinstance(node.value, (ast.Name, ast.Attribute)):
            return self.visit(node)
        site = self._site(node.value, "call", node.value)
        return ast.keyword(node.arg, self._probe(HANDED, self.visit(node.value), site), **place_of(node))

    def _is_unprobed(self, function: ast.expr) -> bool:
        return is_unprobed(function)

    def _spelled(self, function: ast.expr) -> ast.expr:
        """Return a callee as the user wrote it: `assert a.b()` is rewritten to `@py_assert1 = a.b; @py_assert3 = @py_assert1()`."""
        return self.asserted.get(function.id, function) if isinstance(function, ast.Name) else function

    def _argument(self, node: ast.expr, goes_through: bool) -> Any:
        if isinstance(node, ast.Starred):
            return self.visit(node)
        is_ordered, visited = has_order(node), self.visit(node)
        return self._iterable(visited) if goes_through and not is_ordered else visited

    # `os.environ[name]` and `name in os.environ` are sources as much as `os.environ.get(name)`.

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        read = isinstance(node.ctx, ast.Load) and self._is_environ(node.value)
        site = self._site(node, "call", node.value) if read else None
        self.generic_visit(node)
        if site is not None:
            node.value = self._probe(CALLEE, node.value, site)
        return node if site is None else self._probe(VALUE, node, site)

    def visit_Compare(self, node: ast.Compare) -> Any:
        last = node.comparators[-1]
        read = len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)) and self._is_environ(last)
        site = self._site(node, "compare", last) if read else None
        self.generic_visit(node)
        if site is not None:
            node.comparators = [self._probe(CALLEE, node.comparators[0], site)]
        return node if site is None else self._probe(VALUE, node, site)

    def _is_environ(self, node: ast.expr) -> bool:
        spelled = self._spelled(node)
        return callee_name(spelled) in ({"environ", "environb"} if isinstance(spelled, ast.Attribute) else self.environs)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        self.environs |= {alias.asname for alias in node.names if alias.asname and alias.name in self.environs}
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = self._iterable(node.value)
        return node

    def visit_Await(self, node: ast.Await) -> Any:
        site = self._site(node, "await", node.value)
        node.value = self._probe(AWAITED, self.visit(node.value), site)
        return self._probe(VALUE, node, site)

    def visit_ListComp(self, node: Any) -> Any:
        first = node.generators[0]
        first.iter = self._source_of(first)  # evaluated before the first round
        with self._around(f"{self.loops} {node.lineno}"):
            for generator in node.generators:
                if generator is not first:
                    generator.iter = self._source_of(generator)
                generator.target = self.visit(generator.target)
                generator.ifs = [self.visit(condition) for condition in generator.ifs]
            for name in ("key", "value", "elt"):
                if hasattr(node, name):
                    setattr(node, name, self.visit(getattr(node, name)))
        return node

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _source_of(self, generator: ast.comprehension) -> ast.expr:
        is_ordered, visited = has_order(generator.iter), self.visit(generator.iter)
        return visited if generator.is_async or is_ordered else self._iterable(visited)

    @contextmanager
    def _around(self, loops: str) -> Iterator[None]:
        """Visit what these loops are around."""
        before, self.loops = self.loops, loops.strip()
        yield
        self.loops = before

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        node.args = self.visit(node.args)
        self.scopes.append("<lambda>")
        with self._around(""):
            node.body = self.visit(node.body)
        self.scopes.pop()
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        source = node.value
        self.generic_visit(node)
        if not isinstance(source, (ast.Constant, ast.Name, ast.Lambda)):
            node.value = self._value(node.value, "store", source)
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        source = node.value
        self.generic_visit(node)
        if source is not None and not isinstance(source, (ast.Constant, ast.Lambda)):
            node.value = self._value(node.value, "return", source)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        self.generic_visit(node)
        node.value = self._iterable(node.value)
        return node

    def _left_alone(self, node: Any) -> Any:
        return node

    # Template strings keep the text of their expressions; the value of a `type` statement is evaluated later, if at all.
    visit_TemplateStr = visit_TypeAlias = _left_alone

    # statements

    def visit_Assign(self, node: ast.Assign) -> Any:
        source = node.value
        self.generic_visit(node)
        target = node.targets[0]
        if isinstance(target, ast.Name) and isinstance(source, ast.Attribute) and self._is_environ(source):
            self.environs.add(target.id)
        if isinstance(target, ast.Name) and target.id.startswith("@"):
            if isinstance(source, ast.Attribute):
                self.asserted[target.id] = source
            elif isinstance(node.value, ast.Compare):
                node.value = self._value(node.value, "compare")
        elif all(isinstance(each, (ast.Tuple, ast.List)) for each in node.targets):
            node.value = self._iterable(node.value)
        elif not isinstance(target, ast.Name) or not isinstance(source, (ast.Constant, ast.Name, ast.Lambda)):
            node.value = self._value(node.value, "store", source)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        source = node.value
        node.target = self.visit(node.target)
        if source is not None:
            node.value = self.visit(source)
            if not isinstance(source, (ast.Constant, ast.Lambda)):
                node.value = self._value(node.value, "store", source)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        source = node.value
        self.generic_visit(node)
        node.value = self._value(node.value, "augment", source)
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        source = node.value
        self.generic_visit(node)
        if source is not None and not isinstance(source, (ast.Constant, ast.Lambda)):
            node.value = self._value(node.value, "return", source)
        return node

    def visit_If(self, node: ast.If) -> Any:
        source = node.test
        self.generic_visit(node)
        if not isinstance(source, ast.Constant):
            node.test = self._value(node.test, "branch", source)
        return node

    def visit_While(self, node: ast.While) -> Any:
        source = node.test
        with self._around(f"{self.loops} {node.lineno}"):
            node.test = self.visit(source)
            if not isinstance(source, ast.Constant):
                node.test = self._value(node.test, "branch", source)
            self._statements(node.body)
        self._statements(node.orelse)
        return node

    def visit_For(self, node: ast.For) -> Any:
        is_ordered, visited = has_order(node.iter), self.visit(node.iter)
        node.iter = visited if is_ordered else self._iterable(visited)
        return self._rounds(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        node.iter = self.visit(node.iter)
        return self._rounds(node)

    def _rounds(self, node: Any) -> Any:
        with self._around(f"{self.loops} {node.lineno}"):
            node.target = self.visit(node.target)
            self._statements(node.body)
        self._statements(node.orelse)
        return node

    def _statements(self, body: list[ast.stmt]) -> None:
        body[:] = [self.visit(statement) for statement in body]

    def visit_match_case(self, node: Any) -> Any:
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    # scopes

    def visit_FunctionDef(self, node: Any) -> Any:
        self._decorators(node)
        self._defaults(node.args)
        before = self.parameters, self.is_called
        self.parameters, self.is_called = self.parameters | _parameters(node.args), self.is_called or not node.name.startswith("test")
        self._scope(node)
        self.parameters, self.is_called = before
        return node

    def _scope(self, node: Any) -> None:
        self.scopes.append(node.name)
        with self._around(""):
            self._statements(node.body)
        self.scopes.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        self.visit_FunctionDef(node)
        place = 1 if ast.get_docstring(node, clean=False) is not None else 0
        first = node.body[min(place, len(node.body) - 1)]
        where = place_of(first)
        node.body.insert(place, ast.Expr(ast.Call(ast.Name(ENTERED, _LOAD, **where), [], [], **where), **where))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self._decorators(node)
        self._scope(node)
        if node.bases or node.keywords:
            _look_past_the_namespace(node)
        return node

    def _decorators(self, node: Any) -> None:
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                decorator.args = [self.visit(argument) for argument in decorator.args]
                decorator.keywords = [self.visit(keyword) for keyword in decorator.keywords]

    def _defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [None if default is None else self.visit(default) for default in arguments.kw_defaults]


class _FlowInstrumenter(_Instrumenter):
    """Probes what decides where control goes, and what is named as a known source or wait is."""

    def _value(self, node: Any, kind: str, source: ast.AST | None = None) -> Any:
        return super()._value(node, kind, source) if kind == "branch" else node

    def _is_unprobed(self, function: ast.expr) -> bool:
        return callee_name(function) not in NAMES or is_unprobed(function)


def _parameters(arguments: ast.arguments) -> frozenset[str]:
    return frozenset(argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def _look_past_the_namespace(node: ast.ClassDef) -> None:
    """Declare the probes global in a class body: a metaclass may have prepared a namespace that invents what is asked of it."""
    place = 1 if ast.get_docstring(node, clean=False) is not None else 0
    names = [VALUE, CALLEE, PASSED, ITERABLE, AWAITED, ENTERED, HANDED]
    node.body.insert(place, ast.Global(names, **place_of(node.body[0])))


def _is_probe(node: ast.AST) -> bool:
    return is_bypassed(node, PASSED) or (isinstance(node, ast.Call) and root(node.func) in (VALUE, ITERABLE))
