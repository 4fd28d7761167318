"""Calls of one episode in one process: the log first, then more calls, each under the seed of its place."""
from result_frame import failure
from strict_value import BadValue
from tool_run import ToolRun


class EpisodeRun:
    def __init__(self, request, bytecode, out_bytes):
        self._seed = request["seed"]
        self._run = ToolRun(request["nowMs"], out_bytes)
        self._run.load(bytecode, self._seed)
        self._count = 0
        self._replayed = [self.call(one["fn"], one["args"])[0]["digest"] for one in request["log"]]

    def call(self, name, args):
        """Head, with the digest of the entry, and body. Without a name: nothing is called, only the state is read."""
        head, body = {"kind": "ok", "load": "", "out": ""}, b"null"
        if name is not None:
            head, body = self._run.call(name, args, f"{self._seed}/{self._count}")
            self._count += 1
        try:
            head["digest"] = self._run.digest(head, body)
        except BadValue as error:
            fault = failure("bad_value", BadValue(f"STATE cannot be kept: {error}"))
            head, body = {**head, **fault, "digest": ["", ""]}, b""
        return head, body

    def replayed(self):
        """Digests of the log's entries, given out once: they prove that the replay went as the first time."""
        digests, self._replayed = self._replayed, []
        return digests
