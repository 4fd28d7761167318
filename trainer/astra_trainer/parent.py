"""Ending with whoever started us: a service that outlives its starter would hold port and home against the next one."""

import os
import time
from threading import Thread

INTERVAL_SECONDS = 0.2


def end_with(parent: int) -> None:
    """Ends this process at once when its parent is no longer `parent`; what is committed stays."""
    Thread(target=watch, args=(parent,), daemon=True, name="parent").start()


def watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(INTERVAL_SECONDS)
    os._exit(1)
