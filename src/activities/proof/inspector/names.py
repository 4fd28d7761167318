"""Which names a piece of code binds and reads, and what they stand for."""
import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Scope:
    """Names bound in one function, and what they stand for: shared data itself, or a copy that holds shared items."""

    def __init__(self, names, parameters=()):
        self.names = set(names)
        self.parameters = set(parameters)
        self.shared = set()
        self.holders = set()


def without_docstring(body):
    first = body[0]
    has_one = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if has_one else body


def targets(nodes):
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def local_names(body):
    nodes = [inner for statement in body for inner in own_nodes(statement)]
    outer = {name for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    return set(targets(nodes)) - outer


def own_nodes(node):
    """The node and what lies below it, without the insides of nested functions."""
    yield node
    if isinstance(node, FUNCTIONS):
        return
    for child in ast.iter_child_nodes(node):
        yield from own_nodes(child)


def bound_names(tree):
    return {name for statement in tree.body for name in targets(own_nodes(statement))}


def assigned_names(tree):
    """Names that module-level statements bind other than by def, class or import."""
    return {
        node.id
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in own_nodes(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def loaded_names(body):
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
