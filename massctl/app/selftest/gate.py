"""Before hardware moves: the self-test must have passed with this very code (F52). Where it has not run yet, it runs by itself."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from massctl.app.selftest import certificate
from massctl.errors import Blocked

PATIENCE_S: Final = 120.0
"""A self-test takes seconds; on a busy machine it may take longer (design value)."""
REMEDY: Final = "Run it and see: massctl doctor. Nothing runs on hardware before it passes; --sim does."


class Gate:
    """Runs the self-test in a process of its own, while a person reads the questions; used once."""

    def __init__(self) -> None:
        self._is_closed = False
        self._process: asyncio.subprocess.Process | None = None

    async def begin(self) -> None:
        """Close the gate; start the self-test, if none is remembered for this code."""
        self._is_closed = True
        found = await asyncio.to_thread(certificate.last)
        if found is None or not await asyncio.to_thread(lambda: found.is_current):
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "massctl.app.selftest",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )

    async def pass_through(self) -> None:
        """Wait for the self-test where it runs. Raises Blocked (F52) unless it passed, or nothing is to be proved."""
        if not self._is_closed:
            return
        process = self._process
        if process is not None:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await process.wait()
            except TimeoutError:
                raise Blocked("F52", f"The self-test was not done within {PATIENCE_S:g} s.", REMEDY) from None
            finally:
                await self._end()
        found = await asyncio.to_thread(certificate.last)
        if found is None or not found.is_current:
            raise Blocked("F52", "The self-test of this version could not be run.", REMEDY)
        if not found.is_passed:
            failed = ", ".join(proof["rule"] for proof in found.proofs if not proof["is_passed"])
            raise Blocked("F52", f"The self-test failed on {found.made_at[:10]}: {failed}.", REMEDY)

    async def _end(self) -> None:
        """End a self-test that nobody waits for any more."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def __aenter__(self) -> Gate:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._end()
