"""Any exception as an error of the wire."""

import errno
import logging

from astra_trainer.errors import ServiceError

log = logging.getLogger(__name__)


def as_service_error(error: BaseException) -> ServiceError:
    """Our own errors as they are; no memory and no disk by name; all else is ours to repair, and logged."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "can't allocate memory" in str(error)):
        return ServiceError(507, "out_of_memory", "the memory of the machine is not enough: lower micro_batch_tokens")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return ServiceError(507, "disk_full", f"no space left on the disk: {error.filename}")
    log.error("unexpected failure", exc_info=error)
    return ServiceError(500, "internal", f"{type(error).__name__}: {str(error)[:300]}")
