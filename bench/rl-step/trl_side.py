"""TRL's GRPO trainer, one step at a time: it waits for a line on stdin before each step and tells its seconds after it.

The first line it prints holds the prompts as token ids, so that the other side trains on the same ones.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

os.environ.update(OMP_WAIT_POLICY="passive", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", CUDA_VISIBLE_DEVICES="")

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

# With stubs in place of its GPU libraries torch has this function and cannot call it.
torch.cuda.is_current_stream_capturing = lambda: False

WORDS = "the old keeper of the lighthouse wrote down every evening how many ships had passed and what they carried".split()


def tell(**what: Any) -> None:
    print(json.dumps(what), file=sys.__stdout__, flush=True)


def prompt_text(tokenizer: PreTrainedTokenizerFast, number: int, length: int) -> str:
    """A text of exactly `length` tokens; another one for each number."""
    text = f"Story number {number}:"
    place = number
    while len(tokenizer.encode(text)) < length:
        text += " " + WORDS[(place * place + 3 * number) % len(WORDS)]
        place += 1
    assert len(tokenizer.encode(text)) == length, "every word is one token"
    return text


def spread(completion_ids: list[list[int]], **_: Any) -> list[float]:
    """A reward that costs nothing and differs within every group: no trajectory may fall out of the update."""
    return [(sum(ids) % 1009) / 1009 for ids in completion_ids]


class OneAtATime(TrainerCallback):
    """The clock runs from the line that asks for a step to the end of its optimizer's."""

    def __init__(self) -> None:
        self.began = self.processor = 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        seconds, processor = time.perf_counter() - self.began, time.process_time() - self.processor
        tell(step=state.global_step, seconds=seconds, processor=processor)
        self.wait()

    def wait(self) -> None:
        if not sys.stdin.readline():
            os._exit(0)
        self.began, self.processor = time.perf_counter(), time.process_time()


class Measured(GRPOTrainer):
    """The step begins where its prompts are fetched, before `on_step_begin`."""

    sampled: float = 0.0

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        made = super()._generate(*args, **kwargs)
        self.sampled = time.perf_counter() - began
        print(f"trl: sampled in {self.sampled:.2f} s", file=sys.stderr)
        return made


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("prompts", "generations", "prompt-tokens", "completion-tokens", "threads", "first-layer", "micro"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--bf16", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)

    # The same file as the other side's, with the same end of a turn.
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=f"{chosen.model}/tokenizer.json", eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    texts = [prompt_text(tokenizer, number, chosen.prompt_tokens) for number in range(chosen.prompts)]
    rows = chosen.prompts * chosen.generations
    settings = GRPOConfig(
        output_dir="/tmp/astra-bench-trl",
        use_cpu=True,
        bf16=chosen.bf16,
        gradient_checkpointing=False,
        per_device_train_batch_size=chosen.micro,
        gradient_accumulation_steps=rows // chosen.micro,
        num_generations=chosen.generations,
        max_completion_length=chosen.completion_tokens,
        generation_kwargs={"min_new_tokens": chosen.completion_tokens},
        shuffle_dataset=False,
        learning_rate=2e-5,
        lr_scheduler_type="constant",
        epsilon_high=0.28,
        max_steps=1000,
        save_strategy="no",
        report_to="none",
        logging_steps=1,
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )
    model = AutoModelForCausalLM.from_pretrained(chosen.model, dtype=torch.float32)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    clock = OneAtATime()
    trainer = Measured(
        model=model,
        reward_funcs=spread,
        args=settings,
        train_dataset=Dataset.from_dict({"prompt": texts}),
        processing_class=tokenizer,
        callbacks=[clock],
        peft_config=LoraConfig(
            r=16,
            lora_alpha=32,
            target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
            layers_to_transform=list(range(chosen.first_layer, model.config.num_hidden_layers)),
            task_type="CAUSAL_LM",
        ),
    )
    parameters = sum(parameter.numel() for parameter in trainer.model.parameters() if parameter.requires_grad)
    tell(prompts=[tokenizer.encode(text) for text in texts], trainable=parameters)
    clock.wait()
    trainer.train()


if __name__ == "__main__":
    main()
