"""The floor, without Node and without any wall: a warm interpreter that forks and in the child runs the same tool and ends,
or, with `stays`, one that has loaded the tool and whose child only says that it is there and stays.

Reads {code, fn, args, folder, stays} as one line of JSON, then a count per line; prints the milliseconds of each fork.
"""
import gc
import json
import marshal
import os
import signal
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


def one_that_stays():
    read_end, write_end = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.write(write_end, b"here")
        signal.pause()
    os.read(read_end, 4)
    spent = time.perf_counter() - started
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(read_end)
    os.close(write_end)
    return spent * 1000


measured = one
if setup["stays"]:
    loaded = {"__name__": "tool"}
    exec(marshal.loads(bytecode), loaded)
    loaded[setup["fn"]](**setup["args"])
    measured = one_that_stays
for line in sys.stdin:
    print(json.dumps([measured() for _ in range(int(line))]), flush=True)
