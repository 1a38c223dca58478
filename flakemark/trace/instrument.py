"""The AST rewriting that puts probes into the project's own code.

`x = f(y)` becomes `x = __@fm__(site, __@fmc__(site, f)(y))`: the call itself still happens in the user's frame, so
that `super()`, `locals()`, `warnings` and frame inspection keep their meaning. Left alone: annotations,
decorator calls (not their arguments), patterns, template strings, and what pytest generates for asserts.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from flakemark.events import Site
from flakemark.trace.probe import AWAITED, CALLEE, ITERABLE, VALUE

AddSite = Callable[[Site], int]

# Their result depends on the frame they are called from, or is never nondeterministic: no probe.
_UNPROBED = frozenset({
    "super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint", "isinstance", "issubclass", "hasattr",
    "callable", "len", "type", "print", "range", "property", "staticmethod", "classmethod", "TypeVar", "NamedTuple", "TypedDict", "NewType",
})  # fmt: skip
_ITERATING_NAMES = frozenset({
    "list", "tuple", "iter", "enumerate", "map", "zip", "filter", "sum", "min", "max", "sorted", "next", "deque", "dict", "OrderedDict",
    "Counter", "chain", "islice", "cycle", "accumulate", "product", "permutations", "combinations", "groupby", "reduce", "takewhile",
    "dropwhile", "starmap", "array", "asarray",
})  # fmt: skip
_ITERATING_MODULES = frozenset({"builtins", "collections", "functools", "itertools"})
_ITERATING_METHODS = frozenset({
    "join", "extend", "fromkeys", "from_iterable", "writelines", "map", "array", "asarray", "chain", "islice", "fsum", "mean", "fmean",
    "stdev", "choice", "sample", "executemany", "gather",
})  # fmt: skip

# After these a debugger or a trace function is at work: the next line that it sees must be the user's.
_DEBUGGERS = frozenset({"set_trace", "settrace", "setprofile"})
# The compiler warns of a call of one of these; it would not see it behind a probe.
_NEVER_CALLABLE = (
    ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.ListComp, ast.Dict, ast.DictComp, ast.Set, ast.SetComp, ast.GeneratorExp,
)  # fmt: skip


def instrument(tree: ast.Module, file: str, add_site: AddSite) -> ast.Module:
    """Put probes into a module's tree, in place; cost O(nodes).

    Args:
        tree: the module, with or without pytest's assertion rewriting.
        file: its path relative to the project root, for the sites.
        add_site: takes a site, returns its number.
    """
    rewritten = _Instrumenter(file, add_site).visit(tree)
    _end_where_they_begin(rewritten)
    ast.fix_missing_locations(rewritten)
    result: ast.Module = rewritten
    return result


def _end_where_they_begin(tree: ast.AST) -> None:
    """Give an end to nodes without one: the imports that pytest inserts would inherit line 1, and end before they begin."""
    for node in ast.walk(tree):
        if getattr(node, "lineno", None) is not None and getattr(node, "end_lineno", None) is None:
            node.end_lineno, node.end_col_offset = node.lineno, node.col_offset  # type: ignore[attr-defined]


def _generated(node: ast.AST) -> bool:
    """Whether pytest's assertion rewriting made this node: its names begin with "@"."""
    return _root(node).startswith("@")


def _is_pytests(function: ast.AST) -> bool:
    """Whether a callee is a helper of pytest's; "@py_assert1" is what the user calls."""
    return _generated(function) and not _root(function).startswith("@py_assert")


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Call, ast.UnaryOp, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.operand if isinstance(node, ast.UnaryOp) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _callee_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_unprobed(function: ast.expr) -> bool:
    if _is_pytests(function) or isinstance(function, _NEVER_CALLABLE) or _callee_name(function) in _DEBUGGERS:
        return True
    return isinstance(function, ast.Name) and function.id in _UNPROBED


def _iterates(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _ITERATING_NAMES
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _ITERATING_MODULES:
        return node.attr in _ITERATING_NAMES
    return isinstance(node, ast.Attribute) and node.attr in _ITERATING_METHODS


class _Instrumenter(ast.NodeTransformer):
    def __init__(self, file: str, add_site: AddSite) -> None:
        self.file = file
        self.add_site = add_site
        self.scopes: list[str] = []
        self.asserted: dict[str, ast.expr] = {}
        self.environs = {"environ", "environb"}

    # sites and probes

    def _site(self, node: ast.AST, kind: str, source: ast.AST) -> ast.Constant:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        function = ".".join(self.scopes) or "<module>"
        callee = _callee_name(source)
        end = getattr(node, "end_lineno", line) or line
        number = self.add_site(Site(f"{self.file}:{line}:{column}:{kind}", self.file, line, end, function, kind, callee))
        return ast.copy_location(ast.Constant(number), node)

    def _probe(self, name: str, node: ast.expr, site: ast.Constant) -> ast.expr:
        function = ast.copy_location(ast.Name(name, ast.Load()), node)
        return ast.copy_location(ast.Call(function, [site, node], []), node)

    def _value(self, node: Any, kind: str, source: ast.AST | None = None) -> Any:
        """Probe an expression's value, unless it already is one or cannot differ."""
        if node is None or _is_probe(node) or _generated(node):
            return node
        return self._probe(VALUE, node, self._site(node, kind, source or node))

    def _iterable(self, node: ast.expr) -> ast.expr:
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.Lambda, ast.Dict)):
            return node
        return self._probe(ITERABLE, node, self._site(node, "iterate", node))

    # expressions

    def visit_Call(self, node: ast.Call) -> Any:
        function = self._spelled(node.func)
        site = None if _is_unprobed(function) else self._site(node, "call", function)
        iterates = _iterates(function)
        node.func = self.visit(node.func)
        node.args = [self._argument(argument, iterates) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        if site is None:
            return node
        again = ast.copy_location(ast.Constant(site.value), site)
        node.func = self._probe(CALLEE, node.func, again)
        return self._probe(VALUE, node, site)

    def _spelled(self, function: ast.expr) -> ast.expr:
        """Return a callee as the user wrote it: `assert a.b()` is rewritten to `@py_assert1 = a.b; @py_assert3 = @py_assert1()`."""
        return self.asserted.get(function.id, function) if isinstance(function, ast.Name) else function

    def _argument(self, node: ast.expr, iterates: bool) -> Any:
        if isinstance(node, ast.Starred):
            return self.visit(node)
        visited = self.visit(node)
        return self._iterable(visited) if iterates else visited

    # `os.environ[name]` and `name in os.environ` are sources as much as `os.environ.get(name)`.

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        read = isinstance(node.ctx, ast.Load) and self._is_environ(node.value)
        site = self._site(node, "call", node.value) if read else None
        self.generic_visit(node)
        if site is not None:
            node.value = self._probe(CALLEE, node.value, ast.copy_location(ast.Constant(site.value), site))
        return node if site is None else self._probe(VALUE, node, site)

    def visit_Compare(self, node: ast.Compare) -> Any:
        last = node.comparators[-1]
        read = len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)) and self._is_environ(last)
        site = self._site(node, "compare", last) if read else None
        self.generic_visit(node)
        if site is not None:
            node.comparators = [self._probe(CALLEE, node.comparators[0], ast.copy_location(ast.Constant(site.value), site))]
        return node if site is None else self._probe(VALUE, node, site)

    def _is_environ(self, node: ast.expr) -> bool:
        spelled = self._spelled(node)
        return _callee_name(spelled) in ({"environ", "environb"} if isinstance(spelled, ast.Attribute) else self.environs)

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
        again = ast.copy_location(ast.Constant(site.value), site)
        node.value = self._probe(AWAITED, self.visit(node.value), again)
        return self._probe(VALUE, node, site)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if not node.is_async:
            node.iter = self._iterable(node.iter)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        self.scopes.append("<lambda>")
        self.generic_visit(node)
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
        self.generic_visit(node)
        if not isinstance(source, ast.Constant):
            node.test = self._value(node.test, "branch", source)
        return node

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        node.iter = self._iterable(node.iter)
        return node

    def visit_match_case(self, node: Any) -> Any:
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    # scopes

    def visit_FunctionDef(self, node: Any) -> Any:
        self._decorators(node)
        self._defaults(node.args)
        self.scopes.append(node.name)
        node.body = [self.visit(statement) for statement in node.body]
        self.scopes.pop()
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self._decorators(node)
        self.scopes.append(node.name)
        node.body = [self.visit(statement) for statement in node.body]
        self.scopes.pop()
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


def _look_past_the_namespace(node: ast.ClassDef) -> None:
    """Declare the probes global in a class body: a metaclass may have prepared a namespace that invents what is asked of it."""
    place = 1 if ast.get_docstring(node, clean=False) is not None else 0
    names = ast.Global([VALUE, CALLEE, ITERABLE, AWAITED])
    node.body.insert(place, ast.copy_location(names, node.body[0]))


def _is_probe(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (VALUE, ITERABLE)
