"""What a module uses from outside: modules and their attributes, builtins, double underscores, clocks."""
import ast
import builtins

from .folding import fold

BUILTINS = frozenset(dir(builtins))
CLOCKS = frozenset("now utcnow today".split())


class Uses(ast.NodeVisitor):
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

    def _reach_by_name(self, node, called):
        """getattr and hasattr reach an attribute that no Attribute node shows."""
        if called in ("getattr", "hasattr") and len(node.args) > 1:
            name = fold(node.args[1])
            if not isinstance(name, str) or name.startswith("__"):
                self.dunders.append({"name": f"{called} of {name if isinstance(name, str) else 'a computed name'}", "line": node.lineno})
