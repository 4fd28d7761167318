"""python -m astra_play.score_rows INSTANCES TRAJECTORIES: the rewards of a file of conversations, one a line.

A conversation is {id?, environment, messages}; the rows written are {id, f1, recall, precision, n, solved, calls}.
"""
import json
import sys
from pathlib import Path

from .conversations import calls_of, last_words_of
from .instances import load_instances
from .scoring import score


def main(instances_path, trajectories_path):
    instances = load_instances(instances_path)
    for line in Path(trajectories_path).read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        scored = score(instances[row["environment"]], calls_of(row["messages"]), last_words_of(row["messages"]))
        print(json.dumps({"id": row.get("id"), **scored}))


if __name__ == "__main__":
    main(*sys.argv[1:])
