"""Who controls a device: one link and the token it gave, until it lapses."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.codes import CLAIM_LAPSE_S
from firmware_protocol.states import CLAIM, ClaimInput, ClaimState, next_state


@dataclass(slots=True)
class Ownership:
    """The one claim on a device; whoever changes it switches the device off first."""

    state: ClaimState = ClaimState.FREE
    deadline_s: float = 0.0
    """When it lapses, while it is held."""
    _link: object | None = None
    _token: int = 0

    @property
    def is_held(self) -> bool:
        """Whether somebody controls the device."""
        return self.state is ClaimState.HELD

    def is_by(self, link: object) -> bool:
        """Whether ``link`` does."""
        return self.is_held and self._link is link

    def is_same(self, link: object, token: int) -> bool:
        """Whether a claim by ``link`` with ``token`` repeats the present one."""
        return self.is_by(link) and token == self._token

    def is_refused_to(self, link: object, token: int) -> bool:
        """Whether the device is another's.

        It is not for the owner's token on a new link (the old one broke), nor for another token on the owner's own link: a
        link has one host at a time, so the one before has ended.
        """
        return self.is_held and token != self._token and not self.is_by(link)

    def give(self, link: object, token: int, now_s: float) -> None:
        """Give the device to ``link``."""
        self._move(ClaimInput.CLAIM)
        self._link, self._token = link, token
        self.deadline_s = now_s + CLAIM_LAPSE_S

    def keep(self, link: object, now_s: float) -> None:
        """Note a valid frame of ``link``."""
        if self.is_by(link):
            self._move(ClaimInput.KEEP)
            self.deadline_s = now_s + CLAIM_LAPSE_S

    def end(self) -> None:
        """Take the device back."""
        self._move(ClaimInput.END)
        self._link = None

    def _move(self, change: ClaimInput) -> None:
        self.state = next_state(CLAIM, self.state, change) or self.state
