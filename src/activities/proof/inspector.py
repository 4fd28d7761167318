"""Facts about the source of a tool, read from its syntax tree; nothing of the source is run.

Runs inside the sandbox, with the source as data. It decides nothing: the rules that judge these facts are domain code.
"""
import ast
import builtins
import json
import re

BUILTINS = frozenset(dir(builtins))
MUTATORS = frozenset(
    "append appendleft extend extendleft insert remove pop popleft popitem clear update subtract setdefault sort reverse"
    " rotate add discard difference_update intersection_update symmetric_difference_update".split()
)
MUTATING_FUNCTIONS = frozenset(
    "heappush heappop heapify heapreplace heappushpop insort insort_left insort_right next setattr delattr".split()
)
SHALLOW_COPIES = frozenset("list tuple sorted set dict reversed filter copy OrderedDict defaultdict deque".split())
ACCESSORS = frozenset("get values items setdefault pop elements most_common".split())
CLOCKS = frozenset("now utcnow today".split())
DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
MOST_LITERALS = 20_000
LONGEST_TEXT = 20_000
LARGEST_INT = 2**53
UNKNOWN = object()


def inspect_source(source):
    """All facts as one JSON value; `syntax_error` alone when the source does not parse."""
    try:
        tree = ast.parse(source)
        return _Inspection(source, tree).facts()
    except (SyntaxError, ValueError) as error:
        return {"syntax_error": {"message": str(error), "line": getattr(error, "lineno", None) or 0}}
    except (RecursionError, MemoryError):
        return {"syntax_error": {"message": "the source is nested too deeply", "line": 0}}


def parse_call(text):
    """One call with keyword arguments and literal values as {name, arguments}, or {problem}."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        return {"problem": f"not one Python expression: {error}"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print" and len(node.args) == 1:
        node = node.args[0]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return {"problem": "not a call of one function by its name"}
    if node.args or any(keyword.arg is None for keyword in node.keywords):
        return {"problem": "every argument must be given by its name"}
    arguments = {}
    for keyword in node.keywords:
        value = _fold(keyword.value)
        if value is UNKNOWN:
            return {"problem": f"the value of {keyword.arg} is no literal"}
        arguments[keyword.arg] = _plain(value)
    return {"name": node.func.id, "arguments": arguments}


def _plain(value):
    """A literal as JSON; integers too long for JSON numbers become text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -LARGEST_INT <= value <= LARGEST_INT else str(value)
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else str(value)
    if isinstance(value, str):
        return value[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    return str(value)


def _fold(node):
    """The value of an expression made of literals only, or UNKNOWN."""
    if isinstance(node, ast.Constant):
        return UNKNOWN if node.value is Ellipsis else node.value
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = [_fold(item) for item in node.elts]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(node, ast.Dict):
        pairs = [(UNKNOWN if key is None else _fold(key), _fold(value)) for key, value in zip(node.keys, node.values)]
        if any(key is UNKNOWN or value is UNKNOWN or isinstance(key, (list, dict)) for key, value in pairs):
            return UNKNOWN
        return dict(pairs)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _fold(node.operand)
        if isinstance(value, (int, float)):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _fold_operation(node)
    if isinstance(node, ast.JoinedStr):
        parts = [_fold(part.value) if isinstance(part, ast.FormattedValue) else _fold(part) for part in node.values]
        return UNKNOWN if any(part is UNKNOWN for part in parts) else "".join(str(part) for part in parts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        glue, parts = _fold(node.func.value), _fold(node.args[0])
        if isinstance(glue, str) and isinstance(parts, (list, str)) and all(isinstance(part, str) for part in parts):
            return glue.join(parts)
    return UNKNOWN


def _fold_operation(node):
    left, right = _fold(node.left), _fold(node.right)
    numbers = all(isinstance(side, (int, float)) and abs(side) < LARGEST_INT for side in (left, right))
    texts = isinstance(left, str) and isinstance(right, str)
    try:
        if isinstance(node.op, ast.Add) and (numbers or texts):
            return left + right
        if isinstance(node.op, ast.Sub) and numbers:
            return left - right
        if isinstance(node.op, ast.Mult) and numbers:
            return left * right
        if isinstance(node.op, ast.Div) and numbers:
            return left / right
        if isinstance(node.op, ast.FloorDiv) and numbers:
            return left // right
        if isinstance(node.op, ast.Mod) and numbers:
            return left % right
    except (ArithmeticError, TypeError):
        return UNKNOWN
    return UNKNOWN


class _Scope:
    """Names bound in one function, and what they stand for: shared data itself, or a copy that holds shared items."""

    def __init__(self, names, parameters=()):
        self.names = set(names)
        self.parameters = set(parameters)
        self.shared = set()
        self.holders = set()


class _Inspection(ast.NodeVisitor):
    def __init__(self, source, tree):
        self.source, self.tree = source, tree
        self.imports, self.attributes, self.builtins, self.dunders, self.clocks = [], [], [], [], []
        self.writes, self.literals = [], []
        self.module_aliases = {}
        self.scopes = []
        self.owner = None
        self.mutated, self.passed = {}, []
        self.module_names = _bound_names(tree)
        self.called_by_module = set()

    def facts(self):
        functions = [node for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        self.positions = {node.name: position for position, node in enumerate(functions)}
        self.signatures = {node.name: [a.arg for a in node.args.posonlyargs + node.args.args] for node in functions}
        statements = []
        for node in self.tree.body:
            if not _is_plain(node, node is self.tree.body[0]):
                statements.append({"kind": type(node).__name__, "line": node.lineno})
            if not isinstance(node, FUNCTIONS):
                self.called_by_module |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        self.visit(self.tree)
        for name, position, keyword, line in self.passed:
            parameters = self.signatures.get(name, [])
            target = keyword if keyword is not None else (parameters[position] if position < len(parameters) else None)
            if target in self.mutated.get(name, ()):
                self.writes.append({"name": target, "how": f"{name} changes shared data given to it", "line": line})
        return {
            "syntax_error": None,
            "functions": [self._function(node) for node in functions],
            "assigned": sorted(_assigned_names(self.tree)),
            "imports": self.imports,
            "attributes": self.attributes,
            "builtins": self.builtins,
            "dunders": self.dunders,
            "clocks": self.clocks,
            "statements": statements,
            "writes": self.writes,
            "literals": self.literals[:MOST_LITERALS],
            "tables": _tables(self.tree),
        }

    def _function(self, node):
        arguments = node.args
        positional = arguments.posonlyargs + arguments.args
        missing = [None] * (len(positional) - len(arguments.defaults))
        pairs = list(zip(positional, missing + list(arguments.defaults)))
        kinds = ["positional_only"] * len(arguments.posonlyargs) + ["plain"] * len(arguments.args)
        listed = [(arg, default, kind) for (arg, default), kind in zip(pairs, kinds)]
        listed += [(arg, default, "keyword_only") for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
        listed += [(arg, None, "variadic") for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
        uses = _loaded_names(node.body)
        return {
            "name": node.name,
            "line": node.lineno,
            "is_async": isinstance(node, ast.AsyncFunctionDef),
            "parameters": [_parameter(arg.arg, default, kind) for arg, default, kind in listed],
            "unused": [arg.arg for arg, _, _ in listed if arg.arg not in uses],
            "name_offsets": self._offsets(node),
        }

    def _offsets(self, function):
        """Where the name of a function stands, in characters; null when renaming it could change what a name means."""
        name = function.name
        nodes = list(ast.walk(self.tree))
        bound = any(
            (isinstance(n, ast.arg) and n.arg == name)
            or (isinstance(n, (ast.Global, ast.Nonlocal)) and name in n.names)
            or (isinstance(n, ast.alias) and (n.asname or n.name) == name)
            or (isinstance(n, ast.ExceptHandler) and n.name == name)
            or (isinstance(n, (ast.ClassDef, *FUNCTIONS[:2])) and n.name == name and n is not function)
            for n in nodes
        )
        if bound:
            return None
        lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", self.source)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))
        after = self.source.index("def", self._place(starts, lines, function) + (5 if isinstance(function, ast.AsyncFunctionDef) else 0))
        offsets = [self.source.index(name, after + 3)]
        offsets += [self._place(starts, lines, n) for n in nodes if isinstance(n, ast.Name) and n.id == name]
        sound = all(self.source[at : at + len(name)] == name for at in offsets)
        return sorted(offsets) if sound else None

    @staticmethod
    def _place(starts, lines, node):
        line = lines[node.lineno - 1].encode("utf-8")
        return starts[node.lineno - 1] + len(line[: node.col_offset].decode("utf-8"))

    # Names and scopes

    def _resolve(self, name):
        for scope in reversed(self.scopes):
            if name in scope.names:
                return scope
        return "module" if name in self.module_names else "builtin"

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.append({"module": alias.name, "name": None, "line": node.lineno})
            self.module_aliases[alias.asname or alias.name.split(".")[0]] = alias.name

    def visit_ImportFrom(self, node):
        for alias in node.names:
            self.imports.append({"module": "." * node.level + (node.module or ""), "name": alias.name, "line": node.lineno})

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in BUILTINS and self._resolve(node.id) == "builtin":
            self.builtins.append({"name": node.id, "line": node.lineno})
        if node.id.startswith("__") and node.id.endswith("__"):
            self.dunders.append({"name": node.id, "line": node.lineno})

    def visit_Attribute(self, node):
        if node.attr.startswith("__") and node.attr.endswith("__"):
            self.dunders.append({"name": node.attr, "line": node.lineno})
        if isinstance(node.value, ast.Name) and node.value.id in self.module_aliases:
            self.attributes.append({"module": self.module_aliases[node.value.id], "name": node.attr, "line": node.lineno})
        if node.attr in CLOCKS:
            self.clocks.append({"name": node.attr, "line": node.lineno})
        self.generic_visit(node)

    # Functions

    def visit_FunctionDef(self, node):
        outermost = self.owner is None
        if outermost:
            self.owner = node.name
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._enter(node, _without_docstring(node.body))
        if outermost:
            self.owner = None

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self._enter(node, [ast.copy_location(ast.Return(value=node.body), node)])

    def visit_ClassDef(self, node):
        for base in node.bases + node.decorator_list:
            self.visit(base)
        for statement in _without_docstring(node.body):
            self.visit(statement)

    def _enter(self, node, body):
        arguments = node.args
        for default in [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]:
            self._literal(default, "default")
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        names = {arg.arg for arg in every} | {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
        scope = _Scope(names | _local_names(body), {arg.arg for arg in every})
        tail = every[len(arguments.posonlyargs + arguments.args) - len(arguments.defaults) :]
        defaults = [*arguments.defaults, *arguments.kw_defaults]
        scope.shared |= {arg.arg for arg, d in zip(tail, defaults) if isinstance(d, (*DISPLAYS, ast.Call, *COMPREHENSIONS))}
        self.scopes.append(scope)
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    def visit_Global(self, node):
        for name in node.names:
            self.writes.append({"name": name, "how": "is declared global", "line": node.lineno})

    def visit_Nonlocal(self, node):
        if self.owner in self.called_by_module:
            for name in node.names:
                self.writes.append({"name": name, "how": "is kept between calls by a closure", "line": node.lineno})

    # Shared data: module-level values, mutable defaults, and what is reached from them

    def _depth(self, node):
        """(root name, number of steps) of a chain such as TABLE["a"].get("b"); (None, 0) for anything else."""
        steps = 0
        while True:
            if isinstance(node, (ast.Attribute, ast.Subscript)):
                node, steps = node.value, steps + 1
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ACCESSORS:
                node, steps = node.func.value, steps + 1
            elif isinstance(node, ast.Starred):
                node = node.value
            else:
                return (node.id, steps) if isinstance(node, ast.Name) else (None, 0)

    def _is_shared(self, node):
        if isinstance(node, (ast.BoolOp, ast.IfExp)):
            choices = node.values if isinstance(node, ast.BoolOp) else (node.body, node.orelse)
            return any(self._is_shared(choice) for choice in choices)
        name, steps = self._depth(node)
        if name is None or not self.scopes:
            return False
        scope = self._resolve(name)
        if scope == "module":
            return name not in self.module_aliases
        return scope != "builtin" and (name in scope.shared or (steps > 0 and name in scope.holders))

    def _holds_shared(self, node):
        """True for a fresh container whose items are shared ones: a shallow copy or a selection."""
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            return called in SHALLOW_COPIES and (self._is_shared(node.args[-1]) or self._holds_shared(node.args[-1]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            return self._is_shared(node.func.value)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and isinstance(node.elt, ast.Name):
            first = node.generators[0]
            return isinstance(first.target, ast.Name) and first.target.id == node.elt.id and self._yields_shared(first.iter)
        return isinstance(node, ast.Name) and any(node.id in scope.holders for scope in self.scopes)

    def _yields_shared(self, node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("enumerate", "zip"):
            return any(self._yields_shared(argument) for argument in node.args)
        return self._is_shared(node) or self._holds_shared(node)

    def _bind(self, target, shared, holder=False):
        if isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self._bind(item, shared)
        elif isinstance(target, ast.Name) and self.scopes:
            scope = self._resolve(target.id)
            if isinstance(scope, _Scope):
                (scope.shared.add if shared else scope.shared.discard)(target.id)
                (scope.holders.add if holder else scope.holders.discard)(target.id)

    def _mutation(self, node, how):
        """`node` is the object that is changed in place."""
        if not self.scopes:
            return
        if self._is_shared(node):
            self.writes.append({"name": self._depth(node)[0] or "shared data", "how": how, "line": node.lineno})
            return
        name, _ = self._depth(node)
        if name is not None and len(self.scopes) == 1 and name in self.scopes[0].parameters:
            self.mutated.setdefault(self.owner, set()).add(name)

    def _store(self, target):
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            self._mutation(target.value, "is assigned to")
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self._store(item)

    def visit_Assign(self, node):
        self._assign(node.targets, node.value)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self._assign([node.target], node.value)

    def visit_NamedExpr(self, node):
        self._assign([node.target], node.value)

    def _assign(self, targets, value):
        if self.scopes:
            self.visit(value)
        else:
            self._literal(value, "table" if _is_table(value) else "constant")
        for target in targets:
            self._store(target)
            self._bind(target, self._is_shared(value), self._holds_shared(value))
            if not isinstance(target, ast.Name):
                self.visit(target)

    def visit_AugAssign(self, node):
        self._store(node.target)
        if isinstance(node.target, ast.Name) and isinstance(node.value, (*DISPLAYS, *COMPREHENSIONS)):
            self._mutation(node.target, "is extended")
        self.visit(node.value)
        self.visit(node.target)

    def visit_Delete(self, node):
        for target in node.targets:
            self._store(target)

    def visit_For(self, node):
        self.visit(node.iter)
        self._store(node.target)
        self._bind(node.target, self._yields_shared(node.iter))
        for statement in node.body + node.orelse:
            self.visit(statement)

    def visit_With(self, node):
        for item in node.items:
            if item.optional_vars is not None:
                self._bind(item.optional_vars, False)
        self.generic_visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._mutation(node.func.value, f"is changed by .{node.func.attr}()")
            if isinstance(node.func.value, ast.Name) and node.func.value.id in ("list", "dict", "set") and node.args:
                self._mutation(node.args[0], f"is changed by {node.func.value.id}.{node.func.attr}()")
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if called in MUTATING_FUNCTIONS and node.args:
            self._mutation(node.args[0], f"is changed by {called}()")
        if isinstance(node.func, ast.Name):
            for position, argument in enumerate(node.args):
                if self._is_shared(argument):
                    self.passed.append((node.func.id, position, None, node.lineno))
            for keyword in node.keywords:
                if self._is_shared(keyword.value):
                    self.passed.append((node.func.id, 0, keyword.arg, node.lineno))
        if called in ("getattr", "hasattr") and len(node.args) > 1:
            name = _fold(node.args[1])
            if not isinstance(name, str) or name.startswith("__"):
                self.dunders.append({"name": f"{called} of {name if isinstance(name, str) else 'a computed name'}", "line": node.lineno})
        folded = _fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    # Literals

    def visit_Return(self, node):
        if node.value is None:
            return
        choices = [node.value]
        while any(isinstance(choice, ast.IfExp) for choice in choices):
            choices = [part for c in choices for part in ((c.body, c.orelse) if isinstance(c, ast.IfExp) else (c,))]
        for choice in choices:
            folded = _fold(choice)
            if folded is not UNKNOWN:
                self._record(folded, "return", choice)
        self.visit(node.value)

    def _literal(self, node, place):
        """Records the literals of a default, constant or table; visits it as code too, for names and calls."""
        folded = _fold(node)
        if place == "table":
            pass  # The one place where an answer may stand; `tables` holds what is in it.
        elif folded is not UNKNOWN:
            self._record(folded, place, node)
        else:
            for child in ast.walk(node):
                if isinstance(child, ast.Constant):
                    self._record(child.value, place, child)
        held, self.literals = self.literals, []
        self.visit(node)
        self.literals = held

    def visit_Constant(self, node):
        self._record(node.value, "body" if self.scopes else "constant", node)

    def visit_BinOp(self, node):
        folded = _fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    def visit_JoinedStr(self, node):
        folded = _fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    def visit_List(self, node):
        folded = _fold(node)
        if folded is not UNKNOWN and folded:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    visit_Tuple = visit_List

    def visit_Expr(self, node):
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.visit(node.value)

    def _record(self, value, place, node):
        if value is None or value is Ellipsis or value == "":
            return
        self.literals.append({"value": _plain(value), "place": place, "line": node.lineno, "function": self.owner})


def _parameter(name, default, kind):
    folded = UNKNOWN if default is None else _fold(default)
    return {
        "name": name,
        "kind": kind,
        "required": default is None and kind != "variadic",
        "default": None if folded is UNKNOWN else _plain(folded),
        "default_is_literal": default is not None and folded is not UNKNOWN,
    }


def _is_plain(node, first):
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)):
        return True
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) or isinstance(t, ast.Tuple) for t in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _without_docstring(body):
    first = body[0]
    has_one = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if has_one else body


def _targets(nodes):
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def _local_names(body):
    nodes = [inner for statement in body for inner in _own_nodes(statement)]
    outer = {name for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    return set(_targets(nodes)) - outer


def _own_nodes(node):
    """The node and what lies below it, without the insides of nested functions."""
    yield node
    if isinstance(node, FUNCTIONS):
        return
    for child in ast.iter_child_nodes(node):
        yield from _own_nodes(child)


def _bound_names(tree):
    return {name for statement in tree.body for name in _targets(_own_nodes(statement))}


def _assigned_names(tree):
    """Names that module-level statements bind other than by def, class or import."""
    return {
        node.id
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in _own_nodes(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _loaded_names(body):
    """Names that are read; a name that only stands alone or goes to `_` is not used."""
    idle = set()
    for statement in body:
        for node in ast.walk(statement):
            alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Name)
            thrown = isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) and t.id == "_" for t in node.targets)
            if alone or thrown:
                idle |= {id(inner) for inner in ast.walk(node.value)}
    nodes = (node for statement in body for node in ast.walk(statement))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in idle}


def _is_table(node):
    """A collection, or text that is one: JSON for json.loads, or several lines."""
    if isinstance(node, (*DISPLAYS, *COMPREHENSIONS)):
        return True
    if isinstance(node, ast.Call):
        return any(_is_table(part) or _is_text_table(part) for part in [*node.args, *(k.value for k in node.keywords)]) or (
            len(node.keywords) > 1 or (isinstance(node.func, ast.Attribute) and _is_table(node.func.value))
        )
    return _is_text_table(node)


def _is_text_table(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and (
        "\n" in node.value.strip() or node.value.strip()[:1] in ("[", "{")
    )


def _tables(tree):
    tables = []
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and _is_table(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            tables.append({"name": names[0] if names else "", "data": _encode(node.value)})
    return tables


def _encode(node):
    """A literal collection as nested {"items": [...]} and {"entries": [[key, value], ...]}; null for computed parts."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return {"items": [_encode(item) for item in node.elts]}
    if isinstance(node, ast.Dict):
        return {"entries": [[_encode(k), _encode(v)] for k, v in zip(node.keys, node.values) if k is not None]}
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        text = _fold(node.args[0]) if node.args else UNKNOWN
        if called == "loads" and isinstance(text, str):
            try:
                return _encode_value(json.loads(text))
            except ValueError:
                return None
        if node.args and isinstance(node.args[0], DISPLAYS):
            return _encode(node.args[0])
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        if called == "dict":
            return {"entries": [[keyword.arg, _encode(keyword.value)] for keyword in node.keywords if keyword.arg]}
        return {"items": [_encode(part) for part in parts]}
    folded = _fold(node)
    return None if folded is UNKNOWN else _encode_value(folded)


def _encode_value(value):
    if isinstance(value, dict):
        return {"entries": [[_encode_value(key), _encode_value(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"items": [_encode_value(item) for item in value]}
    return _plain(value)
