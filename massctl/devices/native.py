"""What the drivers of our own firmware share: one link under several of them, the claim, the subscriber."""

from __future__ import annotations

import asyncio
from typing import Final, TypeVar

from firmware_protocol.codes import CLAIM_LAPSE_S, Function, Result, StopReason
from firmware_protocol.commands import Claim, Command, Stream
from firmware_protocol.events import CommandRefused as RefusedOnWire
from firmware_protocol.features import FeatureSet
from massctl.devices.capabilities import CommandRefused, Disconnected
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.link import Link, LinkState, OvertakenByStop, RefusedByPeer
from massctl.devices.subscriber import OneSubscriber
from massctl.errors import ConnectionProblem, PeerRefused

CLAIM_WAIT_S: Final = CLAIM_LAPSE_S + 1.0
"""How long a claim of somebody who is gone may stand in our way: until it lapses, and some."""
CLAIM_AGAIN_S: Final = 0.25
FIRST_REPORT_S: Final = 2.0
"""How long a stream that was asked for may take to its first message (design value)."""
ReportT = TypeVar("ReportT")


class NativeDevice(OneSubscriber):
    """The base of the three drivers; its subclass listens to what concerns it."""

    commands: tuple[type[Command], ...] = ()
    """Whose refusals are this driver's to report."""

    def __init__(self, link: Link, identity: DeviceIdentity, features: FeatureSet) -> None:
        self.name = identity.name
        self.url = link.url
        self._link = link
        self._features = features
        link.users += 1
        self._is_user = True
        link.listen(RefusedOnWire, self._note_refused)
        link.listen_for_loss(self._note_loss)

    @property
    def last_frame_at_s(self) -> float:
        """When the last valid frame arrived on the link."""
        return self._link.last_frame_at_s

    async def aclose(self) -> None:
        """Stop what this driver drives; the last driver of a link closes it. Idempotent, bounded."""
        if not self._is_user:
            return
        self._is_user = False
        self._link.users -= 1
        if self._link.users == 0:
            await self._link.aclose()
        else:
            self._let_go()

    def _let_go(self) -> None:
        """Stop what this driver drives, while others keep the link."""

    def _note_refused(self, event: RefusedOnWire, now_s: float) -> None:
        if isinstance(event.command, self.commands):
            self._report(CommandRefused(now_s, type(event.command).__name__, event.reason))

    def _note_loss(self, problem: ConnectionProblem) -> None:
        self._report(Disconnected(asyncio.get_running_loop().time(), problem))

    async def _stream(self, function: Function, rate_hz: int) -> None:
        await self._link.request(Stream(function, rate_hz))

    async def _first(self, kind: type[ReportT], what: str) -> ReportT:
        """Return the next message of a stream. Raises NoAnswer, or what ended the link."""
        return await self._link.wait_for(kind, FIRST_REPORT_S, f"no {what} arrived", "Switch the device off and on.")


async def claim(link: Link) -> None:
    """Become the device's one controller, and stop whatever runs there (F43); once a link.

    The claim is asked for first: granted, it switches everything off, and STOP follows at once. Refused, another controller is
    alive, or was within the last seconds, and its motor is on its own lease: a start that is merely mistaken must not stop a
    session that is well looked after (F45). The claim of a controller that is gone is waited out.

    Raises PeerRefused when another one is alive, NoAnswer, or what ended the link.
    """
    if link.has_claim:
        return
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + CLAIM_WAIT_S
    while link.state is LinkState.OPEN:
        try:
            await link.request(Claim(link.token))
        except RefusedByPeer as refusal:
            if refusal.result != Result.CLAIMED_BY_OTHER:
                raise
            link.is_anothers = True
            if loop.time() >= deadline_s:
                raise _owned(link) from refusal
            await asyncio.sleep(CLAIM_AGAIN_S)
        except (
            OvertakenByStop
        ):  # somebody has stopped the session meanwhile: it is claimed all the same, and stays stopped
            await link.stopped()
        else:
            link.has_claim, link.is_anothers = True, False
            link.stop(StopReason.START)
            await link.stopped()
            return
    link.raise_if_over()


def _owned(link: Link) -> PeerRefused:
    return PeerRefused(
        link.url,
        f"{link.name} is under the control of another program, which is alive.",
        f"End that session, or stop the device with: massctl stop {link.url}",
    )
