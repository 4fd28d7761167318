"""A call statement as name and arguments."""
import ast

from .folding import UNKNOWN, as_json, fold


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
        value = fold(keyword.value)
        if value is UNKNOWN:
            return {"problem": f"the value of {keyword.arg} is no literal"}
        arguments[keyword.arg] = as_json(value)
    return {"name": node.func.id, "arguments": arguments}
