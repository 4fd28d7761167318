"""Standard output and standard error of a call, in the order written, up to a budget."""
import io


class OutputLimit(BaseException):
    """Ends a call that printed more than it may; not an Exception, so that a broad `except` does not eat it."""


class Capture(io.RawIOBase):
    """Takes bytes; `text` takes what is printed."""

    def __init__(self, budget_bytes):
        super().__init__()
        self._budget = self._left = budget_bytes
        self._parts = []
        self.over = False
        self.text = TextCapture(self)

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
        """The text since the last call of `take`; bytes that are not UTF-8 become U+FFFD. The budget starts anew."""
        if not self._parts:
            return ""
        data, self._parts, self._left = b"".join(self._parts), [], self._budget
        return data.decode("utf-8", "replace").replace("\0", "\ufffd")


class TextCapture(io.TextIOBase):
    """The text file over a capture. Plain, since each object that a call touches is a page that it must copy."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, capture):
        super().__init__()
        self.buffer = capture

    def writable(self):
        return True

    def write(self, text):
        self.buffer.write(text.encode("utf-8", "backslashreplace"))
        return len(text)
