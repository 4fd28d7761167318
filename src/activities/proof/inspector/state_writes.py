"""Writes to data that outlives a call."""
import ast

from .shared_data import SharedData
from .tables import COMPREHENSIONS, DISPLAYS, is_table

MUTATORS = frozenset(
    "append appendleft extend extendleft insert remove pop popleft popitem clear update subtract setdefault sort reverse"
    " rotate add discard difference_update intersection_update symmetric_difference_update".split()
)
MUTATING_FUNCTIONS = frozenset(
    "heappush heappop heapify heapreplace heappushpop insort insort_left insort_right next setattr delattr".split()
)


class StateWrites(SharedData):
    def visit_Global(self, node):
        for name in node.names:
            self.writes.append({"name": name, "how": "is declared global", "line": node.lineno})

    def visit_Nonlocal(self, node):
        if self.owner in self.called_by_module:
            for name in node.names:
                self.writes.append({"name": name, "how": "is kept between calls by a closure", "line": node.lineno})

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
            self._literal(value, "table" if is_table(value) else "constant")
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

    def _changes_by_call(self, node, called):
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            self._mutation(node.func.value, f"is changed by .{node.func.attr}()")
            if isinstance(node.func.value, ast.Name) and node.func.value.id in ("list", "dict", "set") and node.args:
                self._mutation(node.args[0], f"is changed by {node.func.value.id}.{node.func.attr}()")
        if called in MUTATING_FUNCTIONS and node.args:
            self._mutation(node.args[0], f"is changed by {called}()")
        if isinstance(node.func, ast.Name):
            for position, argument in enumerate(node.args):
                if self._is_shared(argument):
                    self.passed.append((node.func.id, position, None, node.lineno))
            for keyword in node.keywords:
                if self._is_shared(keyword.value):
                    self.passed.append((node.func.id, 0, keyword.arg, node.lineno))

    def _changes_in_callees(self):
        """Shared data given to a function of the module that changes this parameter."""
        for name, position, keyword, line in self.passed:
            parameters = self.signatures.get(name, [])
            target = keyword if keyword is not None else (parameters[position] if position < len(parameters) else None)
            if target in self.mutated.get(name, ()):
                self.writes.append({"name": target, "how": f"{name} changes shared data given to it", "line": line})
