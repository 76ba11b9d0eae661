"""The topic tree, version 1, as docs/mqtt.md documents it; names only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from massctl.errors import UsageError

SCHEMA_VERSION: Final = 1
"""Of the tree and of every payload; a change that breaks a reader raises it."""
ONLINE: Final = "online"
OFFLINE: Final = "offline"
_NODE: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one bridge."""

    node: str
    """Its name: letters, digits, ``_`` and ``-``, as Home Assistant's ids ask for."""

    def __post_init__(self) -> None:
        if not _NODE.fullmatch(self.node):
            raise UsageError(f"'{self.node}' cannot name a bridge.", "Use up to 32 letters, digits, '_' and '-'.")

    @property
    def base(self) -> str:
        """What all of them begin with."""
        return f"massctl/{self.node}"

    @property
    def bridge_status(self) -> str:
        """Retained: online, or offline (the last will)."""
        return f"{self.base}/bridge/status"

    @property
    def bridge_state(self) -> str:
        """Retained: version, choices for the next start, whether it is armed."""
        return f"{self.base}/bridge/state"

    @property
    def session_state(self) -> str:
        """Retained: where the session is."""
        return f"{self.base}/session/state"

    @property
    def session_reading(self) -> str:
        """Force, speed, time left; a few a second at most; not retained."""
        return f"{self.base}/session/reading"

    @property
    def session_event(self) -> str:
        """Every event but the readings, as docs/events.md has them; not retained."""
        return f"{self.base}/session/event"

    @property
    def session_summary(self) -> str:
        """Retained: the summary of the last session."""
        return f"{self.base}/session/summary"

    @property
    def report(self) -> str:
        """What became of each command; not retained."""
        return f"{self.base}/report"

    @property
    def commands(self) -> str:
        """The filter of all commands."""
        return f"{self.base}/command/+"

    def device_status(self, role: str) -> str:
        """Retained: whether the device in ``role`` can be reached."""
        return f"{self.base}/device/{role}/status"

    def device_state(self, role: str) -> str:
        """Retained: name, address, battery, temperature of the device in ``role``."""
        return f"{self.base}/device/{role}/state"

    def command(self, name: str) -> str:
        """Where the command ``name`` is sent to; never retained."""
        return f"{self.base}/command/{name}"

    def command_name(self, topic: str) -> str | None:
        """Return the name of the command that is sent to ``topic``; None where it is no command topic of ours."""
        start = f"{self.base}/command/"
        return topic.removeprefix(start) if topic.startswith(start) else None
