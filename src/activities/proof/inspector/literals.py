"""Literals and where they stand: body, return, default, constant."""
import ast

from .folding import UNKNOWN, as_json, fold


class Literals(ast.NodeVisitor):
    def visit_Return(self, node):
        if node.value is None:
            return
        choices = [node.value]
        while any(isinstance(choice, ast.IfExp) for choice in choices):
            choices = [part for c in choices for part in ((c.body, c.orelse) if isinstance(c, ast.IfExp) else (c,))]
        for choice in choices:
            folded = fold(choice)
            if folded is not UNKNOWN:
                self._record(folded, "return", choice)
        self.visit(node.value)

    def _literal(self, node, place):
        """Records the literals of a default, constant or table; visits it as code too, for names and calls."""
        folded = fold(node)
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
        folded = fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    def visit_JoinedStr(self, node):
        folded = fold(node)
        if folded is not UNKNOWN:
            self._record(folded, "body" if self.scopes else "constant", node)
        self.generic_visit(node)

    def visit_List(self, node):
        folded = fold(node)
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
        self.literals.append({"value": as_json(value), "place": place, "line": node.lineno, "function": self.owner})
