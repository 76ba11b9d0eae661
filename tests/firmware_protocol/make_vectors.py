"""Writes what is golden: ``vectors/`` and the hexadecimal examples in PROTOCOL.md. Run it after a change of the protocol.

``python -m tests.firmware_protocol.make_vectors``, then read the difference: it is a change of the norm. The tests compare
what stands in the files with what the code does, so a change that nobody wanted cannot pass.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from firmware_protocol.messages import (
    encode,
)
from tests.firmware_protocol.golden_conversations import CONVERSATIONS, conversation_vector, transcript
from tests.firmware_protocol.golden_frames import frame_vectors, rejected_vectors
from tests.firmware_protocol.golden_words import parse_words

ROOM = Path(__file__).parents[2] / "firmware_protocol"
VECTORS = ROOM / "vectors"


def with_examples(document: str, conversations: dict[str, dict[str, Any]]) -> str:
    """Return PROTOCOL.md with the bytes of its examples and the conversations filled in."""

    def frame_block(found: re.Match[str]) -> str:
        said, position = found[1].splitlines()[:2]
        sequence, epoch = (int(number) for number in re.findall(r"\d+", position))
        message = parse_words(said)
        payload = f"payload {message.encode().hex(' ')}".rstrip()
        frame = f"frame   {encode(message, sequence, epoch).hex(' ')}"
        return f"```frame\n{said}\n{position}\n{payload}\n{frame}\n```"

    document = re.sub(r"```frame\n(.*?)```", frame_block, document, flags=re.DOTALL)
    return re.sub(
        r"```conversation (\w+)\n.*?```",
        lambda found: transcript(found[1], conversations[found[1]]),
        document,
        flags=re.DOTALL,
    )


def main() -> None:
    """Write everything."""
    conversations = {name: conversation_vector(name) for name in CONVERSATIONS}
    _write_json(VECTORS / "frames.json", frame_vectors())
    _write_json(VECTORS / "rejected.json", rejected_vectors())
    for name, vector in conversations.items():
        _write_json(VECTORS / "conversations" / f"{name}.json", vector)
    document = ROOM / "PROTOCOL.md"
    document.write_text(with_examples(document.read_text(encoding="utf-8"), conversations), encoding="utf-8")


def _write_json(path: Path, content: Any) -> None:
    """Write a list of small objects one to a line: readable, and its differences too."""
    if isinstance(content, list):
        text = "[\n" + ",\n".join(f" {json.dumps(item, ensure_ascii=False)}" for item in content) + "\n]\n"
    else:
        steps = ",\n".join(f"  {json.dumps(step, ensure_ascii=False)}" for step in content["steps"])
        head = {key: value for key, value in content.items() if key != "steps"}
        text = json.dumps(head, ensure_ascii=False)[:-1] + ',\n "steps": [\n' + steps + "\n ]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
