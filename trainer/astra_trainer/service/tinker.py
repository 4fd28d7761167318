"""The Tinker wire in its JSON flavour. All knowledge of its encoding is here."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from astra_trainer.errors import conflict, invalid_request, not_found
from astra_trainer.hashing import sha256_value
from astra_trainer.sampling.draw import SamplingValues
from astra_trainer.sampling.engine import Choice
from astra_trainer.sampling.pool import Prompt
from astra_trainer.service.failures import as_service_error
from astra_trainer.service.parts import Service
from astra_trainer.service.tinker_models import TinkerModels, model_id_of
from astra_trainer.service.tinker_wire import (
    AnyBody,
    CreateModel,
    CreateSamplingSession,
    Forward,
    ForwardBackward,
    LoadWeights,
    ModelOnly,
    OptimStep,
    Retrieve,
    Sample,
    SaveForSampler,
    SaveWeights,
    SessionOnly,
    TinkerPath,
)

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


class Tinker:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._models = TinkerModels(service.home, service.loader, service.policies)
        self._futures = Futures()
        self._samplers: dict[str, str] = {}
        self.router = APIRouter(prefix="/api/v1")
        self._add_sessions()
        self._add_training()
        self._add_weights()
        self._add_sampling()

    def _train(self, work: Callable[[], dict[str, Any]], key: tuple[str, int] | None, body: Any) -> dict[str, Any]:
        request_id = self._futures.start(lambda: self._service.thread.submit(work), key, body)
        return {"request_id": request_id, "model_id": key[0] if key else None}

    def _add_sessions(self) -> None:
        route = self.router

        @route.get("/healthz")
        def healthz() -> dict[str, Any]:
            return {"status": "ok"}

        @route.get("/get_server_capabilities")
        def capabilities() -> dict[str, Any]:
            names = [(entry["id"], entry["max_model_len"]) for entry in self._service.model_list()["data"]]
            return {"supported_models": [{"model_name": n, "max_context_length": length} for n, length in names]}

        @route.post("/client/config")
        def client_config(_: AnyBody) -> dict[str, Any]:
            return {"proto_write_fwdbwd": False, "pjwt_auth_enabled": False, "use_pyqwest_transport": False}

        @route.post("/telemetry")
        def telemetry(_: AnyBody) -> dict[str, Any]:
            return {"status": "accepted"}

        @route.post("/create_session")
        def create_session(_: AnyBody) -> dict[str, Any]:
            return {"session_id": f"s-{secrets.token_hex(8)}", "type": "create_session"}

        @route.post("/session_heartbeat")
        def heartbeat(_: SessionOnly) -> dict[str, Any]:
            return {"type": "session_heartbeat"}

        @route.post("/retrieve_future")
        async def retrieve(body: Retrieve) -> JSONResponse:
            return await self._futures.result(body.request_id)

    def _add_training(self) -> None:
        route, models = self.router, self._models

        @route.post("/create_model")
        def create_model(body: CreateModel) -> dict[str, Any]:
            model_id = model_id_of(body.session_id, body.model_seq_id)
            lora = body.lora_config.model_dump() if body.lora_config else None
            work = lambda: models.create(model_id, body.base_model, lora)  # noqa: E731
            return self._train(work, (model_id, -1), body.model_dump())

        @route.post("/unload_model")
        def unload_model(body: ModelOnly) -> dict[str, Any]:
            return self._train(lambda: models.unload(body.model_id), None, body.model_dump())

        @route.post("/get_info")
        def get_info(body: ModelOnly) -> dict[str, Any]:
            return models.info(body.model_id)

        @route.post("/forward_backward")
        def forward_backward(body: ForwardBackward) -> dict[str, Any]:
            work = lambda: models.passes(body.model_id, body.forward_backward_input, backward=True)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/forward")
        def forward(body: Forward) -> dict[str, Any]:
            work = lambda: models.passes(body.model_id, body.forward_input, backward=False)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/optim_step")
        def optim_step(body: OptimStep) -> dict[str, Any]:
            work = lambda: models.optimise(body.model_id, body.adam_params.model_dump())  # noqa: E731
            return self._train(work, body.key, body.model_dump())

    def _add_weights(self) -> None:
        route, models = self.router, self._models

        @route.post("/save_weights")
        def save_weights(body: SaveWeights) -> dict[str, Any]:
            name = body.path or f"seq-{body.seq_id}"

            def work() -> dict[str, Any]:
                models.save(body.model_id, name, with_state=True)
                return {"path": f"tinker://{body.model_id}/weights/{name}", "type": "save_weights"}

            return self._train(work, body.key, body.model_dump())

        @route.post("/save_weights_for_sampler")
        def save_for_sampler(body: SaveForSampler) -> dict[str, Any]:
            name = body.path or f"session-{body.sampling_session_seq_id}"

            def work() -> dict[str, Any]:
                models.save(body.model_id, name, with_state=False)
                path = f"tinker://{body.model_id}/sampler_weights/{name}"
                if body.path is not None:
                    return {"path": path, "type": "save_weights_for_sampler"}
                session = {"sampling_session_id": self._sampler(path)}
                return session | {"path": None, "type": "save_weights_for_sampler"}

            return self._train(work, body.key, body.model_dump())

        @route.post("/load_weights")
        def load_weights(body: LoadWeights) -> dict[str, Any]:
            work = lambda: models.load(body.model_id, body.path, body.optimizer)  # noqa: E731
            return self._train(work, body.key, body.model_dump())

        @route.post("/weights_info")
        def weights_info(body: TinkerPath) -> dict[str, Any]:
            return models.weights_info(body.tinker_path)

    def _add_sampling(self) -> None:
        route = self.router

        @route.post("/create_sampling_session")
        def create_sampling_session(body: CreateSamplingSession) -> dict[str, Any]:
            model = body.model_path or body.base_model
            if model is None:
                raise invalid_request("create_sampling_session: expected model_path or base_model")
            self._service.policies.resolve(model)
            return {"sampling_session_id": self._sampler(model), "type": "create_sampling_session"}

        @route.post("/asample")
        def asample(body: Sample) -> dict[str, Any]:
            model = self._sampled_model(body)
            key = None
            if body.sampling_session_id is not None and body.seq_id is not None:
                key = (body.sampling_session_id, body.seq_id)
            start = lambda: self._sample(model, body)  # noqa: E731
            return {"request_id": self._futures.start(start, key, body.model_dump())}

    def _sampler(self, model: str) -> str:
        session = f"p-{secrets.token_hex(8)}"
        self._samplers[session] = model
        return session

    def _sampled_model(self, body: Sample) -> str:
        if body.sampling_session_id is not None:
            if body.sampling_session_id not in self._samplers:
                raise not_found(f"sampling session {body.sampling_session_id} is not known here: create it again")
            return self._samplers[body.sampling_session_id]
        model = body.model_path or body.base_model
        if model is None:
            raise invalid_request("asample: expected sampling_session_id, model_path or base_model")
        return model

    def _sample(self, model: str, body: Sample) -> "Future[dict[str, Any]]":
        checkpoint = self._service.policies.resolve(model)
        tokenizer = self._service.loader.tokenizer(checkpoint)
        wanted = body.sampling_params
        values = SamplingValues(
            max_tokens=wanted.max_tokens or self._service.loader.config(checkpoint).context,
            temperature=wanted.temperature,
            top_p=wanted.top_p,
            top_k=max(0, wanted.top_k),
            stop=stop_texts(wanted.stop, tokenizer.end_of_turn),
        )
        seed = wanted.seed if wanted.seed is not None else secrets.randbelow(2**53)
        prompt = Prompt([token for chunk in body.prompt.chunks for token in chunk.tokens], seed, body.num_samples)
        answers = self._service.completions.sample(checkpoint, [prompt], values)
        return transformed(answers, lambda rows: {"sequences": [sequence(c) for c in rows[0]], "type": "sample"})


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


def stop_texts(stop: str | list[str] | list[int] | None, end_of_turn: int) -> tuple[str, ...]:
    if stop is None or isinstance(stop, str):
        return (stop,) if stop else ()
    texts = [part for part in stop if isinstance(part, str)]
    if any(isinstance(part, int) and part != end_of_turn for part in stop):
        raise invalid_request(f"stop: of token ids only {end_of_turn}, the end of a turn, is known here")
    return tuple(texts)


def sequence(choice: Choice) -> dict[str, Any]:
    return {"tokens": choice.tokens, "logprobs": choice.logprobs, "stop_reason": choice.finish_reason}
