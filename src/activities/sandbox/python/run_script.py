"""Runs inside the sandbox: a whole script as the interpreter would run it, with what it printed and its exit code."""
import io
import sys
import traceback


def run(code, stdin):
    streams = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(stdin), streams["stdout"], streams["stderr"]
    return_code = _execute(code, streams["stderr"])
    printed = {name: _clean(stream.getvalue()) for name, stream in streams.items()}
    return {"returnCode": return_code, **printed}


def _execute(code, stderr):
    try:
        exec(compile(code, "main.py", "exec", dont_inherit=True), {"__name__": "__main__", "__file__": "main.py"})
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=stderr)
        return 1
    except MemoryError:
        raise
    except BaseException as error:
        own = error.__traceback__.tb_next if error.__traceback__ else None
        traceback.print_exception(type(error), error, own, file=stderr)
        return 1
    return 0


def _clean(text):
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
