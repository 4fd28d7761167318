"""The functions of a module: parameters, what they leave unused, and where their names stand."""
import ast
import re

from .folding import UNKNOWN, as_json, fold
from .names import FUNCTIONS, loaded_names


def function_facts(source, tree, node):
    arguments = node.args
    positional = arguments.posonlyargs + arguments.args
    missing = [None] * (len(positional) - len(arguments.defaults))
    pairs = list(zip(positional, missing + list(arguments.defaults)))
    kinds = ["positional_only"] * len(arguments.posonlyargs) + ["plain"] * len(arguments.args)
    listed = [(arg, default, kind) for (arg, default), kind in zip(pairs, kinds)]
    listed += [(arg, default, "keyword_only") for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    listed += [(arg, None, "variadic") for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
    uses = loaded_names(node.body)
    return {
        "name": node.name,
        "line": node.lineno,
        "is_async": isinstance(node, ast.AsyncFunctionDef),
        "parameters": [parameter_facts(arg.arg, default, kind) for arg, default, kind in listed],
        "unused": [arg.arg for arg, _, _ in listed if arg.arg not in uses],
        "name_offsets": name_offsets(source, tree, node),
    }


def parameter_facts(name, default, kind):
    folded = UNKNOWN if default is None else fold(default)
    return {
        "name": name,
        "kind": kind,
        "required": default is None and kind != "variadic",
        "default": None if folded is UNKNOWN else as_json(folded),
        "default_is_literal": default is not None and folded is not UNKNOWN,
    }


def name_offsets(source, tree, function):
    """Where the name of a function stands, in characters; null when renaming it could change what a name means."""
    name = function.name
    nodes = list(ast.walk(tree))
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
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    after = source.index("def", place_of(starts, lines, function) + (5 if isinstance(function, ast.AsyncFunctionDef) else 0))
    offsets = [source.index(name, after + 3)]
    offsets += [place_of(starts, lines, n) for n in nodes if isinstance(n, ast.Name) and n.id == name]
    sound = all(source[at : at + len(name)] == name for at in offsets)
    return sorted(offsets) if sound else None


def place_of(starts, lines, node):
    line = lines[node.lineno - 1].encode("utf-8")
    return starts[node.lineno - 1] + len(line[: node.col_offset].decode("utf-8"))
