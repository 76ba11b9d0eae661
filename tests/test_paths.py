"""Where massctl keeps what."""

from __future__ import annotations

import warnings

import platformdirs
import pytest

from massctl import paths


def test_a_system_without_a_runtime_folder_is_nothing_to_warn_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("r")
    monkeypatch.delenv("MASSCTL_RUNTIME_DIR", raising=False)

    def warning(*_args: object, **_kwargs: object) -> object:
        warnings.warn("XDG_RUNTIME_DIR is not set", stacklevel=2)
        return folder

    monkeypatch.setattr(platformdirs, "user_runtime_path", warning)
    assert paths.runtime_dir() == folder
