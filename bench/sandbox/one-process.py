"""The baseline: a new interpreter for one call. Reads {code, fn, args} as JSON, prints the value as JSON."""
import json
import sys

request = json.loads(sys.stdin.read())
scope = {"__name__": "tool"}
exec(compile(request["code"], "tool.py", "exec"), scope)
print(json.dumps(scope[request["fn"]](**request["args"]), separators=(",", ":")))
