"""The driver of a Theragun G4 (Pro, Elite, Prime): ``ble://AA:BB:CC:DD:EE:FF?driver=theragun``.

Nobody has confirmed on hardware what is known of it, and its names and its service are those of many other devices. So name and a
valid version frame come before anything else; its status is asked for and shown; and its speed is set by its person, on its own
dial. Only ``experimental=speed`` lets massctl set it, on a firmware that the maker's app would drive too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import theragun as wire
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import DeviceLimits, LinkLoss, MassagerCapabilities, StopReason
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.ladders import ladder
from massctl.devices.radio_device import refuse_others
from massctl.devices.radio_gun import RadioGun
from massctl.errors import NoAnswer, PeerRefused, WrongDevice
from massctl.transports.ble import open_gatt
from massctl.transports.gatt import GattLink

VERSION_S: Final = 2.0
"""How long a gun may take to tell its version (design value)."""
EXPERIMENT: Final = "speed"
WARNING: Final = (
    "Setting a Theragun's speed is an experiment: nobody has confirmed on hardware that it obeys, that 0 stops it, or that its "
    "figures are percussions a minute. Keep a hand on its own button. [F34]"
)
BY_HAND: Final = "massctl reads this Theragun, and does not set its speed: turn its own dial. [F42]"
_OTHER: Final = "Give the address of the right device."


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Theragun and see that it is one; its speed is not touched.

    Raises:
        UsageError: An option makes no sense.
        ConnectionProblem, NoAnswer: It cannot be reached, or is none.
    """
    address = read_address(url)
    is_experiment = address.choice("experimental", "", ("", EXPERIMENT)) == EXPERIMENT
    link = await open_gatt(address.transport_url, record)
    try:
        gun = Theragun(link, url, is_experiment=is_experiment)
        version = await gun.identify()
        identity = DeviceIdentity(
            url, gun.name, link.name, "", str(version), 0, 0, ("massager",), is_simulated=address.is_simulated
        )
    except BaseException:
        await link.aclose()
        raise
    return DeviceBundle(url, identity, massager=gun, warnings=(WARNING if is_experiment else BY_HAND,))


class Theragun(RadioGun):
    """One gun.

    Raises:
        WrongDevice: Name or characteristics are none of a Theragun's; nothing has been written.
    """

    def __init__(self, link: GattLink, url: str, *, is_experiment: bool) -> None:
        model = wire.MODELS.get(link.name)
        offers = {wire.NOTIFY, wire.WRITE} <= link.characteristics
        refuse_others(link, url, "Theragun", is_one=model is not None and offers)
        assert model is not None
        super().__init__(link, url, f"Theragun {model.name}")
        self._model = model
        self._is_experiment = is_experiment
        self._version: wire.Version | None = None
        rates = ladder("theragun-pro")
        self.capabilities = MassagerCapabilities(
            speed_min_ppm=rates.speed_min_ppm,
            speed_max_ppm=rates.speed_max_ppm,
            confirms_speed=is_experiment,
            is_controllable=is_experiment,
            on_link_loss=LinkLoss.UNKNOWN if is_experiment else LinkLoss.KEEPS_RUNNING,
            heads=rates.heads,
            auto_off_s=rates.auto_off_s,
        )

    async def identify(self) -> wire.Version:
        """Ask for its version and return it.

        Raises WrongDevice without a valid answer, PeerRefused for one too old to experiment with, or what ended the link.
        """
        await self._link.subscribe(wire.NOTIFY, self._note)
        self._link.post(wire.WRITE, wire.encode_request(wire.VersionRequest()))
        try:
            await self._until(lambda: self._version is not None, VERSION_S, "")
        except NoAnswer:
            raise WrongDevice(
                self.url, f"{self._link.name} has a Theragun's name, but told no version as one does.", _OTHER
            ) from None
        assert self._version is not None
        if self._is_experiment and self._version.as_tuple < self._model.firmware_min:
            needed = ".".join(map(str, self._model.firmware_min))
            raise PeerRefused(
                self.url,
                f"its firmware {self._version} is older than the {needed} from which the maker's app drives it.",
                "Leave out experimental=speed, or update the gun with the maker's app.",
            )
        return self._version

    async def prepare(self, limits: DeviceLimits) -> None:
        """Stop it and see it stand, in the experiment; where its person drives it, only begin to ask how it does."""
        if self._is_experiment:
            await super().prepare(limits)
        else:
            self._raise_if_over()
            self._begin_polling()

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Set a speed, in the experiment only."""
        if self._is_experiment:
            super().set_speed(speed_ppm, ramp_ppm_per_s)

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Stop it, in the experiment only: otherwise nothing is written, and its person stops it."""
        return self._is_experiment and super().stop(reason)

    def _write_speed(self, speed_ppm: int) -> None:
        self._link.post(wire.WRITE, wire.encode_request(wire.SpeedRequest(speed_ppm)), with_response=True)

    def _ask(self, number: int) -> None:
        self._link.post(wire.WRITE, wire.encode_request(wire.StatusRequest()), with_response=True)

    def _nearest_ppm(self, speed_ppm: int) -> int:
        return min(speed_ppm, self.capabilities.speed_max_ppm) if speed_ppm >= self.capabilities.speed_min_ppm else 0

    def _is_confirmed(self) -> bool:
        return bool(self._told_ppm) == bool(self._wanted_ppm)

    def _commanded_ppm(self) -> int:
        """Return what was set while it runs, as far as it tells: its status has the speed that it has, not the one it aims at."""
        return self._wanted_ppm if self._wanted_ppm and self._told_ppm else super()._commanded_ppm()

    def _note(self, data: bytes) -> None:
        try:
            report = wire.decode_report(data)
        except RemoteProtocolError:
            return
        if isinstance(report, wire.Version):
            self._version = report
            self._heard()
            return
        self._note_told(report.speed_rpm if report.is_running else 0)
        self._open_question = None
        if self._told_ppm == 0:
            self._acknowledge()  # an answer does not say to which question it belongs: only a gun that stands has heard STOP
        self._heard()
        self._tell()
