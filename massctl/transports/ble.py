"""Bluetooth LE, through bleak: listening to broadcasts, and connecting to a device by its address.

Nothing is written to a device here. A computer has one radio, so that massctl connects one device at a time; it listens for
several at once, so that one that is away does not hold up the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak_retry_connector import establish_connection

from massctl.errors import ConnectionProblem, UsageError
from massctl.transports.ble_errors import FOREIGN, not_connected, not_heard, radio_problem
from massctl.transports.ble_link import BleLink
from massctl.transports.gatt import Advertisement, GattLink
from massctl.transports.gatt_recorder import RecordingLink
from massctl.transports.opening import EXAMPLES
from massctl.transports.radios import Radio, open_radio

FIND_S: Final = 6.0
"""How long a device may stay silent before it counts as not there: most broadcast once a second or oftener (design value)."""
CONNECT_S: Final = 8.0
"""How long connecting and finding its characteristics may take, second try included (design value)."""
TRIES: Final = 2
HEAR_ON_S: Final = 1.0
"""Name and services may come in different packets, some of them once a second (design value)."""
SCANNER_S: Final = 3.0
"""How long the system may take to start or stop a scan (design value; a healthy one takes milliseconds)."""
SCAN_ALL: Final = "ble://"
_connecting: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()
_log = logging.getLogger(__name__)


async def open_gatt(url: str, record: Path | None = None) -> GattLink:
    """Find the device that ``url`` names, and connect; ``record`` is a file for what goes over the link.

    Raises:
        UsageError: the address names no device.
        FileProblem: the file cannot be written.
        ConnectionProblem: AdapterMissing, BluetoothOff, BluetoothForbidden, BluetoothServiceMissing, OutOfRange or DeviceBusy.
    """
    radio = await open_radio(url)
    try:
        device = await _find(url, radio)
        async with _connecting.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            link = await _connect(url, radio, device)
    except BaseException:
        await radio.aclose()
        raise
    if record is None:
        return link
    try:
        return RecordingLink(link, record)
    except BaseException:
        await link.aclose()
        raise


async def watch_advertisements(url: str, on_advertisement: Callable[[Advertisement], None]) -> Watch:
    """Listen to what the device that ``url`` names broadcasts, or to all with ``ble://``, until the watch is closed.

    Raises ConnectionProblem as ``open_gatt`` does.
    """
    radio = await open_radio(url)
    watch = Watch(url, radio, on_advertisement)
    try:
        await watch.start()
    except BaseException:
        await watch.aclose()
        raise
    return watch


async def scan(duration_s: float, url: str = SCAN_ALL) -> list[Advertisement]:
    """Listen for so long, and return what each device broadcast last, the strongest first; connects to nothing.

    Raises ConnectionProblem as ``open_gatt`` does.
    """
    heard: dict[str, Advertisement] = {}

    def note(advertisement: Advertisement) -> None:
        heard[advertisement.address] = advertisement.after(heard.get(advertisement.address))

    watch = await watch_advertisements(url, note)
    try:
        await asyncio.sleep(duration_s)
    finally:
        await watch.aclose()
    return sorted(heard.values(), key=lambda each: -each.rssi_dbm)


async def hear(url: str) -> Advertisement:
    """Listen until the device that ``url`` names is heard, and a moment longer; return all that it said, connect to nothing.

    Raises ConnectionProblem as ``open_gatt`` does.
    """
    heard: list[Advertisement] = []
    first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def note(advertisement: Advertisement) -> None:
        heard[:] = [advertisement.after(heard[0] if heard else None)]
        if not first.done():
            first.set_result(None)

    watch = await watch_advertisements(url, note)
    try:
        async with asyncio.timeout(FIND_S):
            await first
        await asyncio.sleep(HEAR_ON_S)
    except TimeoutError:
        raise not_heard(url, FIND_S) from None
    finally:
        await watch.aclose()
    return heard[0]


class Watch:
    """A scan that goes on; closed by whoever began it."""

    def __init__(self, url: str, radio: Radio, on_advertisement: Callable[[Advertisement], None]) -> None:
        self.url = url
        self._radio = radio
        self._on_advertisement = on_advertisement
        self._loop = asyncio.get_running_loop()
        self._scanner: BleakScanner | None = None

    async def start(self) -> None:
        """Begin. Raises ConnectionProblem."""
        self._scanner = BleakScanner(self._heard, backend=self._radio.scanner, **self._radio.options)
        await _limited(self.url, self._scanner.start())

    async def aclose(self) -> None:
        """End; idempotent, bounded in time, never raises for a radio that is gone."""
        scanner, self._scanner = self._scanner, None
        try:
            if scanner is not None:
                await _limited(self.url, scanner.stop())
        except ConnectionProblem as problem:
            _log.debug("%s: the scan did not end in order: %s", self.url, problem)
        finally:
            await self._radio.aclose()

    def _heard(self, device: BLEDevice, data: AdvertisementData) -> None:
        if self._scanner is None or not _is_named(self._radio.address, device):
            return
        self._on_advertisement(
            Advertisement(
                address=device.address,
                name=data.local_name or device.name or "",
                rssi_dbm=data.rssi,
                at_s=self._loop.time(),
                service_uuids=frozenset(uuid.lower() for uuid in data.service_uuids),
                manufacturer_data=dict(data.manufacturer_data),
            )
        )


def _is_named(address: str, device: BLEDevice) -> bool:
    return not address or device.address.lower() == address.lower()


async def _limited(url: str, call: Any) -> None:
    """Await the start or stop of a scan. Raises ConnectionProblem."""
    try:
        async with asyncio.timeout(SCANNER_S):
            await call
    except (*FOREIGN, TimeoutError) as error:
        reason = f"within {SCANNER_S:g} s" if isinstance(error, TimeoutError) else f"({error})"
        problem = None if isinstance(error, TimeoutError) else radio_problem(url, error)
        raise problem or ConnectionProblem(
            url,
            f"this computer's Bluetooth did not start to listen {reason}.",
            "Switch Bluetooth off and on, then try again.",
        ) from error


async def _held(radio: Radio) -> BLEDevice | None:
    """Return the device if this computer has kept its connection, as it may after a program was killed: it is silent then."""
    if radio.scanner is not None:
        return None
    try:
        async with asyncio.timeout(SCANNER_S):
            adapter = await BleakAdapter.get()
            held = await adapter.get_connected_devices()
    except (*FOREIGN, NotImplementedError, TimeoutError) as error:
        _log.debug("what is connected already is not known: %r", error)
        return None
    return next((device for device in held if _is_named(radio.address, device)), None)


async def _find(url: str, radio: Radio) -> BLEDevice:
    """Return the device that this computer holds, or listen until it is heard. Raises UsageError or ConnectionProblem."""
    if not radio.address:
        raise UsageError(f"{url}: names no device.", f"For example {EXAMPLES['ble']}")
    held = await _held(radio)
    if held is not None:
        return held
    found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

    def note(device: BLEDevice, _data: AdvertisementData) -> None:
        if _is_named(radio.address, device) and not found.done():
            found.set_result(device)

    scanner = BleakScanner(note, backend=radio.scanner, **radio.options)
    await _limited(url, scanner.start())
    try:
        async with asyncio.timeout(FIND_S):
            return await found
    except TimeoutError:
        raise not_heard(url, FIND_S) from None
    finally:
        await _limited(url, scanner.stop())


async def _connect(url: str, radio: Radio, device: BLEDevice) -> BleLink:
    """Connect to a device that was heard. Raises DeviceBusy, or what is wrong with the radio."""
    name = device.name or device.address
    link = BleLink(url, device.address, name, radio)
    try:
        async with asyncio.timeout(CONNECT_S):
            client = await establish_connection(
                BleakClient,
                device,
                name,
                link.disconnected,
                max_attempts=TRIES,
                backend=radio.client,
                **radio.options,
            )
    except (*FOREIGN, TimeoutError) as error:
        raise not_connected(url, device.address, error, CONNECT_S) from error
    await link.attach(client)
    return link
