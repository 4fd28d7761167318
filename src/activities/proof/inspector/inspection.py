"""Facts about the source of a tool, read from its syntax tree; nothing of the source is run.

Runs inside the sandbox, with the source as data. It decides nothing: the rules that judge these facts are domain code.
"""
import ast

from .folding import UNKNOWN, fold
from .literals import Literals
from .names import FUNCTIONS, Scope, assigned_names, bound_names, local_names, without_docstring
from .signatures import function_facts
from .state_writes import StateWrites
from .tables import COMPREHENSIONS, DISPLAYS, tables
from .uses import Uses

MOST_LITERALS = 20_000


def inspect_source(source):
    """All facts as one JSON value; `syntax_error` alone when the source does not parse."""
    try:
        tree = ast.parse(source)
        return Inspection(source, tree).facts()
    except (SyntaxError, ValueError) as error:
        return {"syntax_error": {"message": str(error), "line": getattr(error, "lineno", None) or 0}}
    except (RecursionError, MemoryError):
        return {"syntax_error": {"message": "the source is nested too deeply", "line": 0}}


class Inspection(Uses, StateWrites, Literals):
    """One walk over a module; each base takes the facts of its kind from the nodes it knows."""

    def __init__(self, source, tree):
        self.source, self.tree = source, tree
        self.imports, self.attributes, self.builtins, self.dunders, self.clocks = [], [], [], [], []
        self.writes, self.literals = [], []
        self.module_aliases = {}
        self.scopes = []
        self.owner = None
        self.mutated, self.passed = {}, []
        self.module_names = bound_names(tree)
        self.called_by_module = set()

    def facts(self):
        functions = [node for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        self.signatures = {node.name: [a.arg for a in node.args.posonlyargs + node.args.args] for node in functions}
        statements = []
        for node in self.tree.body:
            if not is_plain_statement(node):
                statements.append({"kind": type(node).__name__, "line": node.lineno})
            if not isinstance(node, FUNCTIONS):
                self.called_by_module |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        self.visit(self.tree)
        self._changes_in_callees()
        return {
            "syntax_error": None,
            "functions": [function_facts(self.source, self.tree, node) for node in functions],
            "assigned": sorted(assigned_names(self.tree)),
            "imports": self.imports,
            "attributes": self.attributes,
            "builtins": self.builtins,
            "dunders": self.dunders,
            "clocks": self.clocks,
            "statements": statements,
            "writes": self.writes,
            "literals": self.literals[:MOST_LITERALS],
            "tables": tables(self.tree),
        }

    def visit_FunctionDef(self, node):
        outermost = self.owner is None
        if outermost:
            self.owner = node.name
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._enter(node, without_docstring(node.body))
        if outermost:
            self.owner = None

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self._enter(node, [ast.copy_location(ast.Return(value=node.body), node)])

    def visit_ClassDef(self, node):
        for base in node.bases + node.decorator_list:
            self.visit(base)
        for statement in without_docstring(node.body):
            self.visit(statement)

    def _enter(self, node, body):
        arguments = node.args
        for default in [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]:
            self._literal(default, "default")
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        names = {arg.arg for arg in every} | {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
        scope = Scope(names | local_names(body), {arg.arg for arg in every})
        tail = every[len(arguments.posonlyargs + arguments.args) - len(arguments.defaults) :]
        defaults = [*arguments.defaults, *arguments.kw_defaults]
        scope.shared |= {arg.arg for arg, d in zip(tail, defaults) if isinstance(d, (*DISPLAYS, ast.Call, *COMPREHENSIONS))}
        self.scopes.append(scope)
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    def visit_Call(self, node):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        self._changes_by_call(node, called)
        self._reach_by_name(node, called)
        folded = fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)


def is_plain_statement(node):
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)):
        return True
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) or isinstance(t, ast.Tuple) for t in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
