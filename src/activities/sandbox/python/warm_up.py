"""Before the first fork: what makes a forked process write fewer pages, each of which it would get as a copy of its own.

What every call does is done here first, so that what an interpreter writes when it first runs something (specialised
bytecode, caches, types made on demand) is shared. Then the holes between the zygote's small objects are filled: new
objects of a forked process stand close together on fresh pages instead of one on every shared page.
"""
import marshal

import determinism
from episode_run import EpisodeRun
from result_frame import frame
from tool_run import ToolRun

_TOOL = """
import json, math, re
from datetime import datetime, timedelta

ROWS = [{"id": f"r{i}", "day": f"2026-05-{i % 28 + 1:02d}T00:00:00", "n": i * 7 % 11, "share": round(i * 0.37, 2)} for i in range(20)]
STATE = {"seen": [], "count": 0}

def look_up(key, least=0):
    if not isinstance(key, str) or not re.fullmatch(r"[a-z]+[0-9]*", key):
        return {"error": {"type": "invalid", "message": f"not a key: {key!r}"}}
    start = datetime.fromisoformat("2026-05-01")
    found = []
    for row in ROWS:
        day = datetime.fromisoformat(row["day"])
        if row["n"] >= least and start <= day < start + timedelta(days=9):
            found.append({**row, "day": day.isoformat(), "share": math.floor(row["share"] * 10) / 10})
    STATE["seen"].append(key)
    STATE["count"] += 1
    found.sort(key=lambda row: (row["n"], row["id"]))
    return json.loads(json.dumps({"status": "ok", "rows": found[:5], "sum": sum(row["n"] for row in ROWS)}))
"""
# Bytecode is specialised after eight runs.
_RUNS = 12

# The allocator serves objects of up to 512 bytes from pools, one size in steps of 16 to a pool.
_POOL_BYTES, _SMALLEST, _LARGEST, _STEP = 1 << 14, 48, 512, 16
_HEADER_BYTES = bytes().__sizeof__()
# More than the holes of a size can be: a bound where another allocator serves.
_MOST_FILLERS = 20_000
_kept = []


def warm_up():
    bytecode = marshal.dumps(compile(_TOOL, "tool.py", "exec", dont_inherit=True))
    for _ in range(_RUNS):
        tool = ToolRun(1_000, 65_536)
        tool.load(bytecode, "probe")
        for args in ({"key": "r1"}, {"key": 5}, {"wrong": 1}):
            frame(*tool.call("look_up", args))
        episode = EpisodeRun({"nowMs": 1_000, "seed": "probe", "log": []}, bytecode, 65_536)
        frame(*episode.call("look_up", {"key": "r1"}))
    determinism.begin(1_000, "probe")


def fill_holes():
    """Takes small objects of every size until the next one is the first of a fresh pool; they are never let go."""
    for size in range(_SMALLEST, _LARGEST + 1, _STEP):
        known = set()
        for _ in range(_MOST_FILLERS):
            filler = bytes(size - _HEADER_BYTES)
            _kept.append(filler)
            pool, place = divmod(id(filler), _POOL_BYTES)
            if pool not in known and place <= size:
                break
            known.add(pool)
