"""Where massctl keeps what: the user's own folders by the platform's custom; each can be moved by an environment variable."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import platformdirs

from massctl.errors import FileProblem


def data_dir() -> Path:
    """Return the folder of records (``MASSCTL_DATA_DIR`` moves it); made on use, for the user alone."""
    chosen = os.environ.get("MASSCTL_DATA_DIR") or platformdirs.user_data_path("massctl", appauthor=False)
    return _private(Path(chosen), "MASSCTL_DATA_DIR")


def config_dir() -> Path:
    """Return the folder of settings and the user's own programs (``MASSCTL_CONFIG_DIR`` moves it); not made here."""
    return Path(os.environ.get("MASSCTL_CONFIG_DIR") or platformdirs.user_config_path("massctl", appauthor=False))


def runtime_dir() -> Path:
    """Return the folder of the control socket (``MASSCTL_RUNTIME_DIR`` moves it); made on use, for the user alone."""
    chosen = os.environ.get("MASSCTL_RUNTIME_DIR")
    if not chosen:
        with warnings.catch_warnings():  # that XDG_RUNTIME_DIR is not set is nothing that a user need do anything about
            warnings.simplefilter("ignore")
            chosen = str(platformdirs.user_runtime_path("massctl", appauthor=False))
    return _private(Path(chosen), "MASSCTL_RUNTIME_DIR")


def _private(folder: Path, variable: str) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = f"this folder cannot be made ({(error.strerror or str(error)).lower()})."
        raise FileProblem(str(folder), reason, f"Set {variable} to a folder of your own.") from error
    return folder
