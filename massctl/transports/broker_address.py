"""Which broker, and as whom: the address, the certificates, the password; never shown with the password in it."""

from __future__ import annotations

import os
import ssl
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from massctl.errors import FileProblem, UsageError

PLAIN_PORT: Final = 1883
TLS_PORT: Final = 8883
EXAMPLE: Final = "mqtts://massctl@broker.example:8883"


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is, and who we are there."""

    host: str
    port: int
    is_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """Who vouches for the broker, where it is not a public authority."""
    certificate_file: Path | None = None
    key_file: Path | None = None

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        return f"{'mqtts' if self.is_tls else 'mqtt'}://{user}{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | None:
        """Return the settings of an encrypted connection, the broker always verified; None for a plain one. Raises FileProblem."""
        if not self.is_tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate_file is not None:
                context.load_cert_chain(self.certificate_file, self.key_file)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(each) for each in (self.ca_file, self.certificate_file, self.key_file) if each)
            raise FileProblem(
                files, f"no usable certificate or key ({error}).", "They are PEM files; give their paths."
            ) from error
        return context


def parse_broker(
    text: str,
    *,
    password: str | None = None,
    ca_file: Path | None = None,
    certificate_file: Path | None = None,
    key_file: Path | None = None,
) -> BrokerAddress:
    """Return the broker that ``text`` names: ``mqtt://host``, ``mqtts://user@host:8883``.

    Raises:
        UsageError: it names none, or has a password in it, where shells and process lists would keep it.
    """
    try:
        parts = urlsplit(text if "://" in text else f"mqtt://{text}")
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{text}: not a broker's address ({error}).", f"For example {EXAMPLE}") from error
    if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"{text}: not a broker's address.", f"For example {EXAMPLE}")
    if parts.password is not None:
        shown = f"{parts.scheme}://{parts.username}@{parts.hostname}"
        raise UsageError(
            "A password in an address ends up in the shell's history and in process lists.",
            f"Store it once: massctl mqtt password {shown}",
        )
    is_tls = parts.scheme == "mqtts"
    if not is_tls and (ca_file or certificate_file):
        raise UsageError("Certificates need an encrypted connection.", f"Write {EXAMPLE}")
    return BrokerAddress(
        parts.hostname,
        port or (TLS_PORT if is_tls else PLAIN_PORT),
        is_tls,
        unquote(parts.username) if parts.username else None,
        password,
        ca_file,
        certificate_file,
        key_file,
    )


def read_password_file(path: Path) -> str:
    """Return the password in ``path``, which must be readable by its owner alone. Raises FileProblem."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise FileProblem(str(path), f"others can read this password (mode {mode:04o}).", f"Do: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(str(path), f"cannot be read ({error}).", "Give a file with the password alone.") from error
    if not lines or not lines[0]:
        raise FileProblem(str(path), "is empty.", "Write the password on its first line.")
    return lines[0]


def write_password_file(path: Path, password: str) -> None:
    """Store ``password`` in ``path`` for its owner alone. Raises FileProblem."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"{password}\n")
    except OSError as error:
        raise FileProblem(str(path), f"cannot be written ({error}).", "Name another file.") from error
