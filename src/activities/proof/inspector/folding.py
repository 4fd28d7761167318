"""The value of an expression that is made of literals only, and values as JSON."""
import ast

LONGEST_TEXT = 20_000
LARGEST_INT = 2**53
UNKNOWN = object()


def as_json(value):
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
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(as_json(key)): as_json(item) for key, item in value.items()}
    return str(value)


def fold(node):
    """The value of an expression made of literals only, or UNKNOWN."""
    if isinstance(node, ast.Constant):
        return UNKNOWN if node.value is Ellipsis else node.value
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = [fold(item) for item in node.elts]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(node, ast.Dict):
        pairs = [(UNKNOWN if key is None else fold(key), fold(value)) for key, value in zip(node.keys, node.values)]
        if any(key is UNKNOWN or value is UNKNOWN or isinstance(key, (list, dict)) for key, value in pairs):
            return UNKNOWN
        return dict(pairs)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = fold(node.operand)
        if isinstance(value, (int, float)):
            return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return fold_operation(node)
    if isinstance(node, ast.JoinedStr):
        parts = [fold(part.value) if isinstance(part, ast.FormattedValue) else fold(part) for part in node.values]
        return UNKNOWN if any(part is UNKNOWN for part in parts) else "".join(str(part) for part in parts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        glue, parts = fold(node.func.value), fold(node.args[0])
        if isinstance(glue, str) and isinstance(parts, (list, str)) and all(isinstance(part, str) for part in parts):
            return glue.join(parts)
    return UNKNOWN


def fold_operation(node):
    left, right = fold(node.left), fold(node.right)
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
