"""The benchmark's own program with one model more: ours, behind an OpenAI endpoint, with tools on the wire.

Usage: launch.py generate|evaluate ... ; launch.py entries CATEGORY prints the ids of its entries, one a line;
launch.py proof COUNT checks the checker: gold calls are valid, without the last one they are not.
The endpoint is OPENAI_BASE_URL with OPENAI_API_KEY; the model BFCL_MODEL, called `astra-FC` here; BFCL_MAX_TOKENS ends
answers that ramble; results and scores lie below BFCL_PROJECT_ROOT.
"""
import copy
import json
import os
import sys

import openai
import stand_ins

stand_ins.install()

from bfcl_eval.constants import model_config, supported_models  # noqa: E402
from bfcl_eval.model_handler.api_inference.openai_completion import OpenAICompletionsHandler  # noqa: E402

NAME = "astra-FC"
UNREACHABLE = 3
# What no model can be blamed for. A refused request (400) is another thing: that conversation was too long for it.
_GONE = (
    openai.APIConnectionError,
    openai.AuthenticationError,
    openai.PermissionDeniedError,
    openai.NotFoundError,
    openai.InternalServerError,
)


class Endpoint(OpenAICompletionsHandler):
    def generate_with_backoff(self, **kwargs):
        try:
            return super().generate_with_backoff(max_tokens=int(os.environ["BFCL_MAX_TOKENS"]), **kwargs)
        except _GONE as error:
            # The benchmark would write this down as a wrong answer of the model. Finished entries stay.
            print(f"bfcl: the endpoint {os.environ['OPENAI_BASE_URL']} fails: {error}", file=sys.stderr, flush=True)
            os._exit(UNREACHABLE)


def main():
    if sys.argv[1] == "entries":
        return print("\n".join(entry["id"] for entry in _entries(sys.argv[2])))
    if sys.argv[1] == "proof":
        return _prove(int(sys.argv[2]))
    model_config.MODEL_CONFIG_MAPPING[NAME] = model_config.ModelConfig(
        model_name=os.environ["BFCL_MODEL"],
        display_name=NAME,
        url="",
        org="",
        license="",
        model_handler=Endpoint,
        input_price=None,
        output_price=None,
        is_fc_model=True,
        underscore_to_dot=True,
    )
    supported_models.SUPPORTED_MODELS.append(NAME)
    from bfcl_eval.__main__ import cli

    cli()


def _entries(category):
    from bfcl_eval.utils import load_dataset_entry

    return load_dataset_entry(category, include_prereq=False)


def _prove(count):
    from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker import multi_turn_checker
    from bfcl_eval.utils import load_ground_truth_entry

    for category in ("multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context"):
        golds = {entry["id"]: entry["ground_truth"] for entry in load_ground_truth_entry(category)}
        valid, shortened = 0, 0
        entries = _entries(category)[:count]
        for entry in entries:
            gold = golds[entry["id"]]
            whole = [[turn] if turn else [] for turn in gold]
            cut = copy.deepcopy(whole)
            last = max(at for at, turn in enumerate(cut) if turn)
            cut[last][0].pop()
            # The checker keeps its worlds under this name: it has to be another one for each check.
            valid += multi_turn_checker(whole, gold, entry, category, f"gold-{entry['id']}")["valid"]
            shortened += multi_turn_checker(cut, gold, entry, category, f"cut-{entry['id']}")["valid"]
        print(json.dumps({"category": category, "entries": len(entries), "gold": valid, "shortened": shortened}))


if __name__ == "__main__":
    main()
