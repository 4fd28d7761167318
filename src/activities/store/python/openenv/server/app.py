"""uvicorn server.app:app --port 8000"""
from openenv.core.env_server.http_server import create_app

try:
    from ..models import AstraAction, AstraObservation
except ImportError:
    from models import AstraAction, AstraObservation

from .astra_environment import AstraEnvironment

app = create_app(AstraEnvironment, AstraAction, AstraObservation, env_name="astra", max_concurrent_envs=16)


def main(host: str = "127.0.0.1", port: int = 8000) -> None:
    import uvicorn

    uvicorn.run(app, host=host, port=port)


if __name__ == "__main__":
    main()
