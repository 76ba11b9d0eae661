"""``python -m massctl.app.selftest``: prove, and remember the certificate. What ``gate`` runs by itself."""

from __future__ import annotations

import sys

from massctl.app.selftest.certificate import certify, remember
from massctl.app.selftest.proofs import prove
from massctl.errors import ExitCode, MassctlError


def main() -> int:
    """Prove and remember; return the exit code."""
    try:
        made = certify(tuple(proof.to_json() for proof in prove()))
        remember(made)
    except MassctlError as error:
        sys.stderr.write(f"massctl: {error}\n")
        return int(error.exit_code)
    return int(ExitCode.DONE if made.is_passed else ExitCode.SAFETY)


if __name__ == "__main__":
    sys.exit(main())
