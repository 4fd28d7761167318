"""The reward of a trajectory: recall is the share of gold answers that some call brought, precision the share of calls
that were worth one, F1 their harmonic mean.

What a tool gave is decided by making the call again, never by what a conversation says. An instance is a row of
instances.jsonl: {id, mode, tools, gold}.
"""
from .outcomes import holds_answer, says_answer
from .tools import run_calls


def score(instance, calls, last_words=""):
    """{n, solved, calls, recall, precision, f1, final_answer_ok}. Raises ToolsUnavailable: then there is no reward."""
    if instance["mode"] == "stateful":
        return _score_stateful(instance, calls)
    found, codes = {}, {tool["name"]: tool["code"] for tool in instance["tools"]}
    golds = instance["gold"]["answers"]
    for call in calls:
        name, arguments = call["name"], call["arguments"]
        if name not in codes or arguments is None:
            continue
        ((run,), _) = run_calls(codes[name], [{"name": name, "arguments": arguments}])
        held = {at for at, gold in enumerate(golds.get(name, [])) if holds_answer(gold, run)}
        found[name] = found.get(name, set()) | held
    n = sum(len(of_tool) for of_tool in golds.values())
    solved = sum(len(held) for held in found.values())
    precision = min(1, solved / len(calls)) if calls else 0
    answered = says_answer(instance["gold"]["final"], last_words)
    return _parts(n, solved, len(calls), precision) | {"final_answer_ok": answered}


def gold_calls(instance):
    return [{"name": call["name"], "arguments": call["arguments"]} for call in instance["gold"]["calls"]]


def valid_calls(instance, calls):
    """Those that can be made: of a tool that there is, with arguments that are an object."""
    names = {tool["name"] for tool in instance["tools"]}
    return [call for call in calls if call["name"] in names and call["arguments"] is not None]


def _score_stateful(instance, calls):
    """The goal on the final state: nothing may be changed more often than the gold sequence changes it."""
    gold, made = instance["gold"], valid_calls(instance, calls)
    runs, states = run_calls(instance["code"], made)
    final = next((state["value"] for state in reversed(states) if state is not None), None)
    unmet = [one for one in gold["goal"] if not _same(_value_at(final, one["path"]), one["equals"])]
    missing = [
        one
        for one in gold["answers"]
        if not any(call["name"] == one["fn"] and holds_answer(one["gold"], run) for call, run in zip(made, runs))
    ]
    n = len(gold["goal"]) + len(gold["answers"])
    changes = _changes([state and state["hash"] for state in states])
    needed = _changes([gold["initial_hash"], *gold["hashes"]])
    precision = 0 if not made else 1 if changes == 0 else min(1, needed / changes)
    return _parts(n, n - len(unmet) - len(missing), len(calls), precision) | {"final_answer_ok": None}


def _parts(n, solved, calls, precision):
    recall = solved / n
    total = recall + precision
    f1 = 0.0 if total == 0 else 2 * recall * precision / total
    return {"n": n, "solved": solved, "calls": calls, "recall": recall, "precision": precision, "f1": f1}


def _changes(hashes):
    return sum(1 for before, after in zip(hashes, hashes[1:]) if before != after)


def _value_at(state, path):
    """The value at a path into the state; None where it leads nowhere."""
    value = state
    for step in path:
        if isinstance(value, list) and step.isdecimal() and step.isascii() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return None
    return value


def _same(left, right):
    """Equal as JSON: 160.0 is 160, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) in (int, float) and type(right) in (int, float) and left == right or (
        type(left) is type(right) and left == right
    )
