"""The endpoints: each takes a body apart, asks the part that knows, and puts the answer together."""

import os
from collections.abc import Callable
from typing import Annotated, Any

import torch
from fastapi import FastAPI, File, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

import astra_trainer
from astra_trainer.errors import ServiceError, invalid_request
from astra_trainer.service.base_models import describe
from astra_trainer.service.failures import as_service_error
from astra_trainer.service.parts import Service
from astra_trainer.service.tinker import Tinker
from astra_trainer.service.wire import (
    BaseBody,
    ChatBody,
    CompletionBody,
    DetokenizeBody,
    JobBody,
    PublishBody,
    RenderBody,
    StepBody,
)

Wait = Annotated[float, Query(ge=0, le=60)]
Limit = Annotated[int, Query(ge=1, le=100)]


def create_app(service: Service) -> FastAPI:
    app = FastAPI(title="ASTRA trainer", version=astra_trainer.__version__, openapi_url=None)
    add_error_answers(app)
    add_health(app, service)
    add_sampling(app, service)
    add_runs(app, service)
    add_files(app, service)
    add_jobs(app, service)
    add_base_models(app, service)
    app.include_router(Tinker(service).router)
    return app


def add_error_answers(app: FastAPI) -> None:
    def answer(error: BaseException) -> JSONResponse:
        failure = as_service_error(error)
        return JSONResponse(failure.body(), failure.status)

    @app.exception_handler(RequestValidationError)
    async def bad_body(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in error.errors()]
        return answer(invalid_request("; ".join(faults[:5])))

    @app.exception_handler(HTTPException)
    async def no_such_path(request: Request, error: HTTPException) -> JSONResponse:
        message = f"{request.method} {request.url.path}: {error.detail}"
        return answer(
            ServiceError(error.status_code, "not_found" if error.status_code == 404 else "invalid_request", message)
        )

    @app.exception_handler(ServiceError)
    async def known(_: Request, error: ServiceError) -> JSONResponse:
        return answer(error)

    @app.exception_handler(Exception)
    async def unknown(_: Request, error: Exception) -> JSONResponse:
        return answer(error)


def add_health(app: FastAPI, service: Service) -> None:
    @app.get("/health")
    async def health() -> dict[str, Any]:
        return {
            "status": "ok",
            "home": str(service.home.root),
            "pid": os.getpid(),
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "trainer": astra_trainer.__version__,
            "batch_invariant": service.batch_invariant,
        }


def add_sampling(app: FastAPI, service: Service) -> None:
    @app.post("/v1/completions")
    async def completions(body: CompletionBody) -> dict[str, Any]:
        return await service.completions.complete(body)

    @app.post("/v1/chat/completions")
    async def chat(body: ChatBody) -> dict[str, Any]:
        return await service.completions.chat(body)

    @app.post("/v1/render")
    def render(body: RenderBody) -> dict[str, Any]:
        return service.completions.render(body)

    @app.post("/detokenize")
    def detokenize(body: DetokenizeBody) -> dict[str, Any]:
        return service.completions.detokenize(body)

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return service.model_list()

    @app.get("/weight_info")
    def weight_info(model: str | None = None) -> dict[str, Any]:
        return service.policies.weight_info(model)


def add_runs(app: FastAPI, service: Service) -> None:
    @app.get("/v1/runs")
    def runs() -> dict[str, Any]:
        return service.run_list()

    @app.get("/v1/runs/{run}/steps")
    def steps(run: str) -> dict[str, Any]:
        return service.steps.listing(run)

    @app.put("/v1/runs/{run}/steps/{step}")
    async def put_step(run: str, step: int, body: StepBody, response: Response, wait: Wait = 0) -> dict[str, Any]:
        check_step(step)
        return await in_thread(response, lambda: service.steps.put(run, step, body, wait))

    @app.get("/v1/runs/{run}/steps/{step}")
    async def get_step(run: str, step: int, response: Response, wait: Wait = 0) -> dict[str, Any]:
        check_step(step)
        return await in_thread(response, lambda: service.steps.get(run, step, wait))

    @app.delete("/v1/runs/{run}/steps/{step}")
    def delete_step(run: str, step: int) -> dict[str, Any]:
        return service.steps.remove(run, step, {entry.step for entry in service.policies.served(run)})

    @app.put("/v1/policies/{run}")
    def publish(run: str, body: PublishBody) -> dict[str, Any]:
        return service.policies.publish(run, body)

    @app.get("/v1/policies/{run}")
    def policies(run: str) -> dict[str, Any]:
        return service.policies.status(run)


def check_step(step: int) -> None:
    if step < 1:
        raise invalid_request(f"step: got {step}; expected 1 or more")


async def in_thread(response: Response, work: Callable[[], tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    status, body = await run_in_threadpool(work)
    response.status_code = status
    return body


def add_files(app: FastAPI, service: Service) -> None:
    @app.post("/v1/files")
    def upload(file: Annotated[UploadFile, File()], purpose: Annotated[str, Form()]) -> dict[str, Any]:
        return service.files.add(file.file, file.filename or "upload.jsonl", purpose)

    @app.get("/v1/files")
    def files() -> dict[str, Any]:
        return service.files.listing()

    @app.get("/v1/files/{file_id}")
    def file(file_id: str) -> dict[str, Any]:
        return service.files.about(file_id)

    @app.get("/v1/files/{file_id}/content")
    def content(file_id: str) -> FileResponse:
        return FileResponse(service.files.content(file_id), media_type="application/jsonl")

    @app.delete("/v1/files/{file_id}")
    def remove(file_id: str) -> dict[str, Any]:
        return service.files.remove(file_id, service.jobs.files_in_use())


def add_jobs(app: FastAPI, service: Service) -> None:
    jobs = service.jobs

    @app.post("/v1/fine_tuning/jobs")
    def create(body: JobBody) -> dict[str, Any]:
        return jobs.create(body)

    @app.get("/v1/fine_tuning/jobs")
    def job_list(request: Request, after: str | None = None, limit: Limit = 20) -> dict[str, Any]:
        wanted = {
            name.removeprefix("metadata[").removesuffix("]"): value
            for name, value in request.query_params.items()
            if name.startswith("metadata[") and name.endswith("]")
        }
        return jobs.listing(after, limit, wanted)

    @app.get("/v1/fine_tuning/jobs/{job_id}")
    def get(job_id: str) -> dict[str, Any]:
        return jobs.get(job_id)

    @app.get("/v1/fine_tuning/jobs/{job_id}/events")
    def events(job_id: str, after: str | None = None, limit: Limit = 20) -> dict[str, Any]:
        return jobs.events(job_id, after, limit)

    @app.get("/v1/fine_tuning/jobs/{job_id}/checkpoints")
    def checkpoints(job_id: str, after: str | None = None, limit: Limit = 10) -> dict[str, Any]:
        return jobs.checkpoints(job_id, after, limit)

    changes: dict[str, Callable[[str], dict[str, Any]]] = {
        "cancel": jobs.cancel,
        "pause": jobs.pause,
        "resume": jobs.resume,
    }
    for verb, change in changes.items():
        app.post(f"/v1/fine_tuning/jobs/{{job_id}}/{verb}", name=verb)(by_id(change))


def by_id(change: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    def endpoint(job_id: str) -> dict[str, Any]:
        return change(job_id)

    return endpoint


def add_base_models(app: FastAPI, service: Service) -> None:
    @app.put("/v1/base_models")
    def make(body: BaseBody, response: Response) -> dict[str, Any]:
        checkpoint, new = service.bases.make(body)
        response.status_code = 201 if new else 200
        return describe(checkpoint, service.loader)

    @app.get("/v1/base_models")
    def base_list() -> dict[str, Any]:
        return service.bases.listing()

    @app.get("/v1/base_models/{name}")
    def base(name: str) -> dict[str, Any]:
        return service.bases.about(name)
