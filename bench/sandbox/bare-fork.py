"""The floor: a warm interpreter that forks, runs the same tool and ends, without Node and without any wall.

Reads {code, fn, args, folder} as one line of JSON, then a count per line; prints the milliseconds of each fork.
"""
import gc
import json
import marshal
import os
import sys
import time

setup = json.loads(sys.stdin.readline())
sys.path.insert(0, setup["folder"])

import stdlib  # noqa: E402 - the modules that the sandbox has loaded, so that forks copy the same pages

stdlib.preload()
bytecode = marshal.dumps(compile(setup["code"], "tool.py", "exec"))
gc.collect()
gc.freeze()


def one():
    read_end, write_end = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        scope = {"__name__": "tool"}
        exec(marshal.loads(bytecode), scope)
        os.write(write_end, json.dumps(scope[setup["fn"]](**setup["args"])).encode())
        os._exit(0)
    os.close(write_end)
    answer = b"".join(iter(lambda: os.read(read_end, 65536), b""))
    os.waitpid(pid, 0)
    spent = time.perf_counter() - started
    os.close(read_end)
    json.loads(answer)
    return spent * 1000


for line in sys.stdin:
    print(json.dumps([one() for _ in range(int(line))]), flush=True)
