"""Folders of their own for what benchmarks run, so that no record lands among the user's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def scratch_folders() -> Iterator[None]:
    """Move massctl's folders into a temporary one, for this process and those it starts."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({f"MASSCTL_{name}_DIR": f"{folder}/{name.lower()}" for name in ("DATA", "CONFIG", "RUNTIME")})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
