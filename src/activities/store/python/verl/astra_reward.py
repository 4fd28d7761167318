"""The reward of a trajectory, as a function for trainers: F1 of the gold answers that calls brought and of the calls.

verl: custom_reward_function.path=astra_reward.py custom_reward_function.name=compute_score
Others: reward(messages, instance), with OpenAI messages and a row of instances.jsonl (or of ground_truth below).

Every call is made again, in a process with limits that is no wall (see astra_play/tools.py). When none can be started,
astra_play.tools.ToolsUnavailable is raised: there is no number that stands for "we do not know".
"""
import json
import sys
from pathlib import Path

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from astra_play.conversations import calls_in_text, calls_of, last_words_in_text, last_words_of  # noqa: E402
from astra_play.scoring import score  # noqa: E402


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """For verl: the text of a response with <tool_call> blocks, and the instance as JSON text. The score and its parts."""
    scored = score(json.loads(ground_truth), calls_in_text(solution_str), last_words_in_text(solution_str))
    numbers = {name: float(value) for name, value in scored.items() if value is not None}
    return {"score": numbers.pop("f1"), **numbers}


def reward(messages, instance):
    """The reward of OpenAI messages, from 0 to 1."""
    return score(instance, calls_of(messages), last_words_of(messages))["f1"]
