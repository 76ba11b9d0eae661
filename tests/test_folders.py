"""The user's folders: private, movable, and a sentence instead of a crash where they cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from massctl import paths
from massctl.errors import FileProblem


@pytest.mark.parametrize(
    ("folder", "variable"), [(paths.data_dir, "MASSCTL_DATA_DIR"), (paths.runtime_dir, "MASSCTL_RUNTIME_DIR")]
)
def test_a_folder_is_made_for_its_user_alone_or_refused_with_the_variable_that_moves_it(
    folder: Callable[[], Path], variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "new" / "one"))
    assert folder().stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file"))
    with pytest.raises(FileProblem, match=f"cannot be made.*Set {variable}"):
        folder()
