"""The driver of a Hyperice Hypervolt 2: ``ble://AA:BB:CC:DD:EE:FF?driver=hypervolt2``.

The login is made of the gun's real address. Where the system hides it (macOS), ``mac=AA:BB:CC:DD:EE:FF`` gives it. The gun notifies
only what changes, so that after connecting its level is unknown until it has been stopped and had time to say so. It is asked for
its firmware's version every 250 ms: an answer shows that the link lives, and, since a change would have come before it, that
the level is still the one notified last.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.vendors import hypervolt2 as wire
from massctl.devices.address import DeviceAddress, read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import LinkLoss, MassagerCapabilities, PowerReading
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.ladders import Ladder, ladder
from massctl.devices.radio_device import refuse_others
from massctl.devices.radio_gun import CONFIRM_S, RadioGun
from massctl.errors import NoAnswer, PeerRefused, UsageError
from massctl.transports.ble import open_gatt
from massctl.transports.gatt import GattLink

CELLS: Final = 4
CELL_EMPTY_V: Final = 3.2
CELL_FULL_V: Final = 4.1
"""From a voltage to a charge, in a straight line: four lithium cells, by the published 15.09 V (design value, not measured)."""
NOT_SEEN: Final = "the motor was not seen to stand"


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Hypervolt 2, log in, and ask what it is; nothing is set.

    Raises:
        UsageError: ``mac`` is missing where it is needed, or is no address.
        ConnectionProblem, NoAnswer: It cannot be reached, or is none.
    """
    address = read_address(url)
    link = await open_gatt(address.transport_url, record)
    try:
        offers = {wire.LOGIN, wire.SPEED, wire.TELEMETRY} <= link.characteristics
        refuse_others(link, url, "Hypervolt 2", is_one=wire.is_name(link.name) and offers)
        rates = ladder("hypervolt2")
        gun = Hypervolt2(link, url, rates)
        await gun.log_in(_mac(address, link))
        identity = DeviceIdentity(
            url,
            gun.name,
            await gun.text(wire.MODEL_NUMBER),
            await gun.text(wire.SERIAL_NUMBER),
            await gun.text(wire.FIRMWARE_REVISION),
            0,
            0,
            ("massager",),
            is_simulated=address.is_simulated,
        )
    except BaseException:
        await link.aclose()
        raise
    return DeviceBundle(url, identity, massager=gun, warnings=(rates.note,) if rates.note else ())


def _mac(address: DeviceAddress, link: GattLink) -> bytes:
    given = address.options.get("mac", link.address)
    try:
        return wire.parse_address(given)
    except LocalProtocolError as error:
        if "mac" in address.options:
            raise address.bad(error.reason) from error
        raise UsageError(
            f"{address.url}: this system hides the gun's Bluetooth address, and its login is made of it.",
            "Give it with &mac=AA:BB:CC:DD:EE:FF; a phone's Bluetooth scanner shows it.",
        ) from error


class Hypervolt2(RadioGun):
    """One gun."""

    def __init__(self, link: GattLink, url: str, rates: Ladder) -> None:
        super().__init__(link, url, "Hypervolt 2")
        levels_ppm = rates.levels_ppm
        if len(levels_ppm) != wire.LEVELS:
            raise UsageError(
                f"The speed ladder {rates.id!r} has {len(levels_ppm)} levels; the gun has {wire.LEVELS}.",
                "Correct it: one rate for each level.",
            )
        self.capabilities = MassagerCapabilities(
            speed_min_ppm=levels_ppm[0],
            speed_max_ppm=levels_ppm[-1],
            levels_ppm=levels_ppm,
            confirms_speed=True,
            on_link_loss=LinkLoss.KEEPS_RUNNING,
            has_battery=True,
            has_temperature=True,
            heads=rates.heads,
            auto_off_s=rates.auto_off_s,
        )
        self._rates_ppm = (0, *levels_ppm)
        self._unsure_until_s = 0.0
        """A level that was written, and not notified yet, may still come about until then."""
        self._unsure_ppm = 0
        self._load = 0

    async def log_in(self, mac: bytes) -> None:
        """Answer the gun's challenge, and listen. Raises PeerRefused for a challenge that is none, or what ended the link."""
        challenge = await self._link.read(wire.LOGIN)
        try:
            answer = wire.reply(mac, challenge)
        except RemoteProtocolError as error:
            raise PeerRefused(self.url, f"{error.reason}.", "Is it another model?") from error
        await self._link.write(wire.LOGIN, answer)
        await self._link.subscribe(wire.SPEED, self._note_state)
        await self._link.subscribe(wire.TELEMETRY, self._note_telemetry)
        self._heard()

    async def text(self, characteristic: str) -> str:
        """Return a text that describes the gun; '' where it has none."""
        if characteristic not in self._link.characteristics:
            return ""
        return (await self._link.read(characteristic)).decode("utf-8", "replace").rstrip("\0\n")

    async def _verify_idle(self) -> None:
        """See that the motor stands: by its own word, or, since it tells only changes, by its silence for long enough."""
        try:
            await self._until(lambda: self._told_ppm == 0, CONFIRM_S, NOT_SEEN)
        except NoAnswer:
            if self._told_ppm:
                raise NoAnswer(self.name, NOT_SEEN, CONFIRM_S, "Press its own button, then try again.") from None

    def _write_speed(self, speed_ppm: int) -> None:
        self._link.post(wire.SPEED, wire.encode_level(self._rates_ppm.index(speed_ppm)), with_response=True)

    def _ask(self, number: int) -> None:
        self._link.fetch(wire.FIRMWARE_REVISION, partial(self._note_alive, number))

    def _note_alive(self, number: int, _value: bytes) -> None:
        self._answered(number)

    def _nearest_ppm(self, speed_ppm: int) -> int:
        return max(rate_ppm for rate_ppm in self._rates_ppm if rate_ppm <= speed_ppm)

    def _want(self, speed_ppm: int) -> None:
        super()._want(speed_ppm)
        if speed_ppm > 0 and speed_ppm == self._told_ppm and self._unsure_until_s == 0.0:
            self._note_told(speed_ppm)  # it does that already, and will notify nothing new
        elif speed_ppm > 0:
            self._unsure_until_s, self._unsure_ppm = self._wanted_at_s + CONFIRM_S, speed_ppm

    def _is_confirmed(self) -> bool:
        return self._told_ppm == self._wanted_ppm

    def _turning_ppm(self, now_s: float) -> int | None:
        """Return the level notified; one that was stopped before it was notified may have begun to turn meanwhile."""
        if now_s < self._unsure_until_s and self._wanted_ppm == 0:
            return self._unsure_ppm
        return self._told_ppm

    def _note_state(self, data: bytes) -> None:
        try:
            state = wire.decode_state(data)
        except RemoteProtocolError:
            return  # what was never seen says nothing: without a state that can be read the gun counts as not confirmed
        speed_ppm = self._rates_ppm[state.level]
        if speed_ppm == self._unsure_ppm or (speed_ppm == 0 and self._told_ppm):
            self._unsure_until_s = 0.0
        self._load = state.load
        self._note_told(speed_ppm)
        self._heard()
        self._tell()

    def _note_telemetry(self, data: bytes) -> None:
        try:
            telemetry = wire.decode_telemetry(data)
        except RemoteProtocolError:
            return
        cell_v = telemetry.battery_v / CELLS
        charge = (cell_v - CELL_EMPTY_V) / (CELL_FULL_V - CELL_EMPTY_V)
        self._report(
            PowerReading(
                at_s=self._heard(),
                battery_percent=100.0 * min(1.0, max(0.0, charge)),
                motor_temperature_c=float(telemetry.temperature_c),
                load_percent=100.0 * self._load / wire.LOADS,
            )
        )
