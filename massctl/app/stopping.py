"""``massctl stop``: stop everything that this user's massctl may have running.

First every session that lives, by its control socket; then those remembered or named ports that no living session owns.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from massctl.app.control import STOP_ANSWER_S, socket_folder, stop_text
from massctl.app.devices_file import addresses_without_checking
from massctl.app.request import MOVING, RunRequest, is_twin
from massctl.errors import MassctlError, UsageError
from massctl.history.reading import History
from massctl.session.events import SeenBy, StopSeen

if TYPE_CHECKING:
    from massctl.devices import Stopped

MANUAL = "manual:"
"""The scheme of a gun that only its person can stop."""
WAND = "wand:"
"""The scheme of one that its timer's relay stops: that has an address of its own."""
GREETING_S = 1.0
"""An owner greets at once; one that does not is hung (design value)."""


@dataclass(frozen=True, slots=True)
class StopOutcome:
    """How stopping one thing went."""

    what: str
    """The session or the address."""
    is_stopped: bool
    """Whether it stopped, as far as anybody knows: somebody saw it, or the device says so."""
    text: str
    is_measured: bool = False
    """Whether it was seen: its speed was measured at standstill, or the relay in its supply has opened (F54)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the owner of a session answered to a stop."""

    outcome: StopOutcome
    urls: frozenset[str]


async def stop_everything(urls: Sequence[str] = ()) -> tuple[StopOutcome, ...]:
    """Stop all living sessions, and the devices at ``urls`` (by default those of the last sessions) that none of them owns.

    Returns one outcome each; none where nothing runs and no address is known. Never raises for a device that cannot be stopped.
    """
    unreachable: tuple[StopOutcome, ...] = ()
    sockets: list[Path] = []
    try:
        sockets = await asyncio.to_thread(lambda: sorted(socket_folder().glob("*.sock")))
    except (UsageError, OSError) as error:  # the ports can still be tried
        unreachable = (StopOutcome("running sessions", is_stopped=False, text=str(error)),)
    answers = [answer for answer in await asyncio.gather(*map(stop_session, sockets)) if answer is not None]
    owned = frozenset[str]().union(*(answer.urls for answer in answers))
    if not urls:
        try:
            urls = await asyncio.to_thread(_remembered)
        except MassctlError as error:
            urls = _with_links(addresses_without_checking(MOVING))
            unreachable += (StopOutcome("devices of earlier sessions", is_stopped=False, text=f"not known: {error}"),)
    ports = [url for url in dict.fromkeys(urls) if url not in owned]
    return (*unreachable, *(answer.outcome for answer in answers), *await asyncio.gather(*map(stop_port, ports)))


async def stop_port(url: str) -> StopOutcome:
    """Open ``url`` only to stop what it drives, and say how that went; never raises."""
    if url.startswith(MANUAL):
        return StopOutcome(url, is_stopped=False, text="massctl cannot stop this gun: press its own button.")
    from massctl.devices import stop_and_see, stops_by_relay  # noqa: PLC0415 - drivers load only when a port is opened

    try:
        stopped = await stop_and_see(url)
    except MassctlError as error:
        return StopOutcome(url, is_stopped=False, text=f"{str(error).removeprefix(f'{url}: ')} {stop_text(None)}")
    by_relay = stops_by_relay(url)
    said = StopSeen(
        at_s=0.0,
        reason="",
        rule="F42",
        written_s=0.0,
        acknowledged_s=stopped.acknowledged_s,
        standstill_s=stopped.acknowledged_s if by_relay else stopped.standstill_s,
        is_confirmed=by_relay or stopped.standstill_s is not None,
        seen_by=_seen_by(stopped, by_relay=by_relay),
    )
    return StopOutcome(url, is_stopped=True, text=stop_text(said), is_measured=said.is_confirmed)


def _seen_by(stopped: Stopped, *, by_relay: bool) -> SeenBy:
    if by_relay:
        return SeenBy.RELAY
    return SeenBy.ACKNOWLEDGED if stopped.standstill_s is None else SeenBy.MEASURED


def _remembered() -> tuple[str, ...]:
    """Return the addresses of the last real session, of the last of all, and of the devices used when none is named.

    The last session of all may have been on a bench that another process serves; a twin in a process of its own is gone with it.
    Not the address of a gun without a link: outside its session nothing of massctl's knows whether it runs, or could change it.
    """
    urls: list[str] = []
    for request in (History().last_request(is_simulated=False), History().last_request()):
        urls += RunRequest.from_json(request).moving_urls if request else ()
    return _with_links([*urls, *addresses_without_checking(MOVING)])


def _with_links(urls: Sequence[str]) -> tuple[str, ...]:
    return tuple(url for url in urls if not url.startswith((MANUAL, WAND)) and not is_twin(url))


async def stop_session(path: Path) -> Answer | None:
    """Ask one owner to stop; None where the socket is a dead one's (it is removed)."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
    except ConnectionRefusedError:
        _remove(path)
        return None
    except OSError:
        return None
    what = f"session {path.stem}"
    urls: frozenset[str] = frozenset()
    try:
        async with asyncio.timeout(GREETING_S):
            greeting = await _read(reader)
        what = f"{greeting.get('program', 'a session')} (session {path.stem})"
        urls = frozenset(greeting.get("urls", ()))
        writer.write(b'{"command": "stop"}\n')
        async with asyncio.timeout(STOP_ANSWER_S + GREETING_S):
            answer = await _read(reader)
        outcome = StopOutcome(
            what,
            is_stopped=bool(answer.get("stopped")),
            text=str(answer.get("text", "")),
            is_measured=answer.get("seen_by") not in {SeenBy.ACKNOWLEDGED, SeenBy.NOTHING, None},
        )
    except (TimeoutError, OSError, ValueError):
        hung = "its process does not answer; the motor stops by itself when its lease lapses, where it has one."
        outcome = StopOutcome(what, is_stopped=False, text=f"{hung} {stop_text(None)}")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return Answer(outcome, urls)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _read(reader: asyncio.StreamReader) -> dict[str, Any]:
    values = json.loads(await reader.readline())
    if not isinstance(values, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of failure for whatever an owner says
    return values
