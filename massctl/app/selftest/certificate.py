"""What the last self-test came to, remembered for the version that it was made with (F52)."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from massctl import __version__, clock, paths
from massctl.app.private_file import write_private

FILE: Final = "self-test.json"
PACKAGES: Final = ("massctl", "firmware_protocol", "sims")
"""Whose code a certificate is for."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome of one self-test."""

    version: str
    code: str
    """Digest of the code that was tested: an update, or an edit, makes it void."""
    made_at: str
    """ISO 8601, UTC."""
    is_passed: bool
    proofs: tuple[dict[str, Any], ...]
    """Of each rule: id, text, whether proved, and its trials with their figures."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @property
    def is_current(self) -> bool:
        """Whether it is for the code that runs now."""
        return self.version == __version__ and self.code == code_digest()


def certify(proofs: tuple[dict[str, Any], ...]) -> Certificate:
    """Make the certificate of ``proofs``, in their JSON form, for the code that runs now."""
    return Certificate(
        version=__version__,
        code=code_digest(),
        made_at=clock.wall_now().isoformat(timespec="seconds"),
        is_passed=bool(proofs) and all(proof["is_passed"] for proof in proofs),
        proofs=proofs,
    )


def remember(certificate: Certificate) -> None:
    """Write it beside the records, for the user alone. Raises FileProblem."""
    text = json.dumps(certificate.to_json()).encode()
    write_private(paths.data_dir() / FILE, text, "the result of the self-test", "MASSCTL_DATA_DIR")


def last() -> Certificate | None:
    """Return the last certificate, of whatever version; None where there is none that can be read."""
    try:
        values = json.loads((paths.data_dir() / FILE).read_text(encoding="utf-8"))
        return Certificate(**{**values, "proofs": tuple(values["proofs"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


@cache
def code_digest() -> str:
    """Return a digest of the source of our packages, as they are installed."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
