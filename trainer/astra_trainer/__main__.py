"""Command line: `python -m astra_trainer serve --home DIR --port N [--host 127.0.0.1] [--threads 1] [--parent PID]`."""

import argparse
import os
import sys
from pathlib import Path

from astra_trainer.parent import end_with

# Before torch is loaded: idle OpenMP threads would otherwise spin on the cores that everything else needs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="astra_trainer")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serves one home folder over HTTP")
    serve.add_argument("--home", type=Path, required=True)
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument(
        "--threads", type=int, default=1, help="of torch; the hashes of results depend on it (default 1)"
    )
    serve.add_argument("--parent", type=int, help="process id of the starter: the service ends when that one does")
    schemas = commands.add_parser("schemas", help="writes the JSON Schemas of the wire into a folder")
    schemas.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    return run_service(chosen) if chosen.command == "serve" else write_schema_files(chosen.folder)


def run_service(chosen: argparse.Namespace) -> int:
    # Before torch is loaded, which takes seconds.
    if chosen.parent is not None:
        end_with(chosen.parent)

    import logging

    import torch
    import uvicorn

    from astra_trainer.service.app import create_app
    from astra_trainer.service.parts import open_service

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    torch.set_num_threads(chosen.threads)
    service = open_service(chosen.home)
    logging.info("serves %s at http://%s:%d", service.home.root, chosen.host, chosen.port)
    uvicorn.run(create_app(service), host=chosen.host, port=chosen.port, log_level="warning", timeout_keep_alive=75)
    return 0


def write_schema_files(folder: Path) -> int:
    from astra_trainer.service.schemas import write_schemas

    write_schemas(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
