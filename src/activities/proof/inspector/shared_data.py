"""Shared data: module-level values, mutable defaults, and what is reached from them."""
import ast

from .names import Scope

SHALLOW_COPIES = frozenset("list tuple sorted set dict reversed filter copy OrderedDict defaultdict deque".split())
ACCESSORS = frozenset("get values items setdefault pop elements most_common".split())


class SharedData(ast.NodeVisitor):
    def _resolve(self, name):
        for scope in reversed(self.scopes):
            if name in scope.names:
                return scope
        return "module" if name in self.module_names else "builtin"

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
            if isinstance(scope, Scope):
                (scope.shared.add if shared else scope.shared.discard)(target.id)
                (scope.holders.add if holder else scope.holders.discard)(target.id)
