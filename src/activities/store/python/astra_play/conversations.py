"""The calls of a policy, from messages or from the text that a model wrote."""
import json
import re

_block = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.S)


def calls_of(messages):
    """All calls of the assistant in OpenAI messages; `arguments` is None where they are no JSON object."""
    return [
        written(call["function"]["name"], call["function"]["arguments"])
        for message in messages
        if message["role"] == "assistant"
        for call in message.get("tool_calls") or []
    ]


def calls_in_text(text):
    """The calls in <tool_call> blocks; a block that is no call counts as one without a name."""
    calls = []
    for block in _block.findall(text):
        call = _object(block) or {}
        name = call.get("name")
        calls.append(written(name if isinstance(name, str) else "", call.get("arguments")))
    return calls


def last_words_of(messages):
    """The text of the last message when it is the policy's, else ""."""
    last = messages[-1] if messages else {}
    return last.get("content") or "" if last.get("role") == "assistant" else ""


def last_words_in_text(text):
    """What follows the last block and the last tool response."""
    return re.split(r"</tool_call>|</tool_response>|<\|im_start\|>assistant", text)[-1].replace("<|im_end|>", "").strip()


def written(name, arguments):
    """A call as {name, arguments}."""
    return {"name": name, "arguments": arguments if isinstance(arguments, dict) else _object(arguments)}


def _object(text):
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
