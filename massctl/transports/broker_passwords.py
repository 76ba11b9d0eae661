"""Where a broker's password is kept: the system's keyring, or, where there is none, a file for its owner alone.

The one file that knows ``keyring``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from massctl import paths
from massctl.transports.broker_address import BrokerAddress, read_password_file, write_password_file

SERVICE: Final = "massctl mqtt"


def _account(broker: BrokerAddress) -> str:
    return f"{broker.user or ''}@{broker.host}:{broker.port}"


def _file(broker: BrokerAddress) -> Path:
    name = "".join(each if each.isalnum() or each in "-_.@" else "_" for each in _account(broker))
    return paths.config_dir() / "mqtt" / f"{name}.password"


def find_password(broker: BrokerAddress) -> str | None:
    """Return the stored password; None where there is none. Raises FileProblem for a file that others can read."""
    import keyring  # noqa: PLC0415 - it looks for every kind of keyring when it is loaded
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    try:
        found = keyring.get_password(SERVICE, _account(broker))
    except KeyringError:  # no keyring on this machine, or a locked one: the file is next
        found = None
    if found is None and _file(broker).exists():
        found = read_password_file(_file(broker))
    return found


def store_password(broker: BrokerAddress, password: str) -> str:
    """Store the password and return where, in words. Raises FileProblem."""
    import keyring  # noqa: PLC0415 - as above
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    try:
        keyring.set_password(SERVICE, _account(broker), password)
    except KeyringError:
        write_password_file(_file(broker), password)
        return f"{_file(broker)}, readable by you alone (this system has no keyring)"
    return "the system's keyring"


def forget_password(broker: BrokerAddress) -> bool:
    """Remove the stored password; return whether there was one."""
    import keyring  # noqa: PLC0415 - as above
    from keyring.errors import KeyringError  # noqa: PLC0415 - the same

    was_there = _file(broker).exists()
    _file(broker).unlink(missing_ok=True)
    try:
        keyring.delete_password(SERVICE, _account(broker))
    except KeyringError:
        return was_there
    return True
