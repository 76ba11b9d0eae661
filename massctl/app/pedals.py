"""What the pedal and the button of the timer device mean in a session, as the settings have it. No key of a keyboard is read here.

A held pedal is always the emergency stop, and a pedal that goes down while the motor runs always takes it off (F42): neither can be
given another meaning, so neither is here. Nor can the timer be made to reset a stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from massctl.body.data import suggestion
from massctl.devices.capabilities import InputKind
from massctl.errors import UsageError
from massctl.session.commands import Key

TREAD: Final = "tread"
"""What a single button means: motor off while it runs, else go on."""
COMMANDS: Final = (TREAD, *(key.value for key in Key if key is not Key.DISCOMFORT))
"""What a pedal, a button or a key of a pedal can be made to mean."""
TIMER_INPUTS: Final[Mapping[str, InputKind]] = {
    "timer pedal": InputKind.PEDAL,
    "timer pedal twice": InputKind.PEDAL_DOUBLE,
    "timer button": InputKind.BUTTON,
}
"""Their names in the settings, beside the keys; no key's name has a space."""
RESET: Final = frozenset({Key.RELEASE.value, Key.CONFIRM.value})
"""The two steps of a reset are two different keys of a keyboard: no input of the timer is one of them (F42)."""
TIMER_COMMANDS: Final = tuple(command for command in COMMANDS if command not in {*RESET, Key.GO_ON})
"""What an input of the timer can be made to mean; 'go on' is a tread there, which starts only what waited when it began."""


def check_command(name: str, command: str) -> None:
    """Raise UsageError where ``command``, the meaning of ``name``, is none, or none for an input of the timer."""
    if command not in COMMANDS:
        near = suggestion(command, COMMANDS)
        raise UsageError(f"The pedal key '{name}' means '{command}', which is no command. {near}".rstrip())
    if name in TIMER_INPUTS and command in RESET:
        raise UsageError(
            f"The '{name}' cannot mean '{command}': a stop is reset by two different keys of a keyboard [F42].",
            "Choose another meaning for it.",
        )


def timer_inputs(pedal: Mapping[str, str]) -> dict[InputKind, Key | None]:
    """Return what the timer's inputs mean where the settings say so; None is a tread. Raises UsageError for what is no command."""
    inputs: dict[InputKind, Key | None] = {}
    for name, kind in TIMER_INPUTS.items():
        if name in pedal:
            check_command(name, pedal[name])
            inputs[kind] = None if pedal[name] == TREAD else Key(pedal[name])
    return inputs
