"""Results that Tinker clients come back for."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from fastapi.responses import JSONResponse

from astra_trainer.errors import conflict, not_found
from astra_trainer.hashing import sha256_value
from astra_trainer.service.failures import as_service_error

T = TypeVar("T")

# The official client gives up after 45 s.
HELD_SECONDS = 30
FUTURES_KEPT = 10_000


class Futures:
    """Results to come, and which request already asked for which."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, Future[dict[str, Any]]] = OrderedDict()
        self._asked: dict[tuple[str, int], tuple[str, str]] = {}

    def start(self, start: Callable[[], "Future[dict[str, Any]]"], key: tuple[str, int] | None, body: Any) -> str:
        """Starts what was not asked for yet; the same key again gives the same id, with another body a conflict."""
        digest = sha256_value(body)
        if key is not None and key in self._asked:
            request_id, before = self._asked[key]
            if before != digest:
                raise conflict(f"seq_id {key[1]} of {key[0]} was used for another request")
            return request_id
        request_id = f"r-{secrets.token_hex(12)}"
        self._results[request_id] = start()
        if key is not None:
            self._asked[key] = (request_id, digest)
        while len(self._results) > FUTURES_KEPT:
            self._results.popitem(last=False)
        return request_id

    async def result(self, request_id: str) -> JSONResponse:
        if request_id not in self._results:
            raise not_found(f"request {request_id} is not known here: the service was restarted, or it is long ago")
        future = asyncio.wrap_future(self._results[request_id])
        try:
            return JSONResponse(await asyncio.wait_for(asyncio.shield(future), HELD_SECONDS))
        except TimeoutError:
            return JSONResponse({"type": "try_again", "request_id": request_id, "queue_state": "active"}, 408)
        except Exception as error:
            failure = as_service_error(error)
            category = "user" if failure.status < 500 else "server"
            return JSONResponse({"error": f"{failure.kind}: {failure.message}", "category": category})


def transformed(source: "Future[T]", change: Callable[[T], dict[str, Any]]) -> "Future[dict[str, Any]]":
    """A future with the changed result of another one, or with its failure."""
    result: Future[dict[str, Any]] = Future()

    def done(ended: "Future[T]") -> None:
        error = ended.exception()
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(change(ended.result()))

    source.add_done_callback(done)
    return result
