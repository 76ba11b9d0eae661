"""Where massctl keeps what: the user's own folders by the platform's custom; each can be moved by an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def data_dir() -> Path:
    """Return the folder of records (``MASSCTL_DATA_DIR`` moves it); made on use, for the user alone."""
    return _private(Path(os.environ.get("MASSCTL_DATA_DIR") or platformdirs.user_data_path("massctl", appauthor=False)))


def config_dir() -> Path:
    """Return the folder of settings and the user's own programs (``MASSCTL_CONFIG_DIR`` moves it); not made here."""
    return Path(os.environ.get("MASSCTL_CONFIG_DIR") or platformdirs.user_config_path("massctl", appauthor=False))


def runtime_dir() -> Path:
    """Return the folder of the control socket (``MASSCTL_RUNTIME_DIR`` moves it); made on use, for the user alone."""
    chosen = os.environ.get("MASSCTL_RUNTIME_DIR") or platformdirs.user_runtime_path("massctl", appauthor=False)
    return _private(Path(chosen))


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
