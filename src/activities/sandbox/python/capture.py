"""Standard output and standard error of a call, in the order written, up to a budget."""
import io


class OutputLimit(BaseException):
    """Ends a call that printed more than it may; not an Exception, so that a broad `except` does not eat it."""


class Capture(io.RawIOBase):
    def __init__(self, budget_bytes):
        super().__init__()
        self._left = budget_bytes
        self._parts = []
        self.over = False

    def writable(self):
        return True

    def write(self, data):
        size = len(data)
        if size > self._left:
            self.over = True
            raise OutputLimit
        self._left -= size
        self._parts.append(bytes(data))
        return size

    def take(self):
        """The text since the last call of `take`; bytes that are not UTF-8 become U+FFFD."""
        data, self._parts = b"".join(self._parts), []
        return data.decode("utf-8", "replace").replace("\0", "\ufffd") if data else ""


def text_stream(capture):
    """A text file over the capture, with a `.buffer` for tools that write bytes."""
    return io.TextIOWrapper(capture, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
