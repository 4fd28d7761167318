"""The tables of a module: the one place where an answer may stand."""
import ast
import json

from .folding import UNKNOWN, as_json, fold

DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


def is_table(node):
    """A collection, or text that is one: JSON for json.loads, or several lines."""
    if isinstance(node, (*DISPLAYS, *COMPREHENSIONS)):
        return True
    if isinstance(node, ast.Call):
        return any(is_table(part) or is_text_table(part) for part in [*node.args, *(k.value for k in node.keywords)]) or (
            len(node.keywords) > 1 or (isinstance(node.func, ast.Attribute) and is_table(node.func.value))
        )
    return is_text_table(node)


def is_text_table(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and (
        "\n" in node.value.strip() or node.value.strip()[:1] in ("[", "{")
    )


def tables(tree):
    tables = []
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and is_table(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            tables.append({"name": names[0] if names else "", "data": encode(node.value)})
    return tables


def encode(node):
    """A literal collection as nested {"items": [...]} and {"entries": [[key, value], ...]}; null for computed parts."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return {"items": [encode(item) for item in node.elts]}
    if isinstance(node, ast.Dict):
        return {"entries": [[encode(k), encode(v)] for k, v in zip(node.keys, node.values) if k is not None]}
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        text = fold(node.args[0]) if node.args else UNKNOWN
        if called == "loads" and isinstance(text, str):
            try:
                return encode_value(json.loads(text))
            except ValueError:
                return None
        if node.args and isinstance(node.args[0], DISPLAYS):
            return encode(node.args[0])
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        if called == "dict":
            return {"entries": [[keyword.arg, encode(keyword.value)] for keyword in node.keywords if keyword.arg]}
        return {"items": [encode(part) for part in parts]}
    folded = fold(node)
    return None if folded is UNKNOWN else encode_value(folded)


def encode_value(value):
    if isinstance(value, dict):
        return {"entries": [[encode_value(key), encode_value(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"items": [encode_value(item) for item in value]}
    return as_json(value)
