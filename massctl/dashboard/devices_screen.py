"""The devices page: find, add, name, choose, set to zero, calibrate, test; what each can do, and what it does without its link."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from massctl.app.devices import (
    Found,
    Remembered,
    ScanResult,
    forget,
    make_default,
    name_of,
    remembered,
    restore,
    scan,
)
from massctl.app.devices import ask as ask_device
from massctl.app.selftest.measured import Measured, measurements
from massctl.dashboard.device_card import (
    found_card,
    found_line,
    no_device_card,
    remembered_card,
    remembered_line,
    scan_words,
)
from massctl.dashboard.dialogs import content_of
from massctl.dashboard.journeys import manual_gun
from massctl.dashboard.lines import BLANK, Line, line
from massctl.dashboard.procedure import Procedure, problem_rows
from massctl.dashboard.remembering import add_by_address, call_otherwise, remember_found
from massctl.dashboard.two_panes import TwoPanes
from massctl.errors import MassctlError

if TYPE_CHECKING:
    from massctl.devices.identification import ProbeReport

KEYS: tuple[tuple[str, str], ...] = (
    ("s", "scan: look for Bluetooth devices and serial ports"),
    ("Enter", "remember what was found; ask a remembered one what it is"),
    ("a", "add by its address"),
    ("m", "my gun has no Bluetooth: add it with its levels"),
    ("r", "rename"),
    ("d", "use this one when none is named"),
    ("Del", "forget it; z takes it back"),
    ("t", "set a force sensor to zero"),
    ("c", "calibrate a force sensor with two weights"),
    ("e", "self-test: how a massager stops, a relay opens, a sensor reads"),
    ("Esc", "end a scan; back to the programs"),
)


class DevicesScreen(TwoPanes):
    """Remembered and found devices, and the card of the one at hand."""

    page_title = "Devices"
    page_name = "devices"
    keys = KEYS
    key_words = "s scan · Enter add / ask · t zero · c calibrate · e self-test · ? all keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", show=False),
        Binding("s", "scan", "scan", show=False),
        Binding("a", "add", "add", show=False),
        Binding("m", "manual", "no Bluetooth", show=False),
        Binding("r", "rename", "rename", show=False),
        Binding("d", "default", "use it", show=False),
        Binding("delete,backspace", "forget", "forget", show=False),
        Binding("z", "restore", "take back", show=False),
        Binding("t", "tare", "zero", show=False),
        Binding("c", "calibrate", "calibrate", show=False),
        Binding("e", "test", "test", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.known: tuple[Remembered, ...] = ()
        self.found: dict[str, Found] = {}
        self.result: ScanResult | None = None
        self.is_scanning = False
        self.problem: MassctlError | None = None
        """Why it cannot be told what is remembered."""
        self.measured: dict[str, Measured] = {}
        """The figures of the devices that were measured, by address."""
        self._reports: dict[str, ProbeReport] = {}
        self._key = ""

    @work(group="read", exclusive=True)
    async def _read(self, key: str = "") -> None:
        try:
            self.known = await asyncio.to_thread(remembered)
            self.measured = await asyncio.to_thread(measurements)
            self.found = await asyncio.to_thread(_named_anew, tuple(self.found.values()))
            self.problem = None
        except MassctlError as problem:
            self.known, self.problem = (), problem
        self._key = key or self._key
        if not self.is_gone:
            self.show()

    # --- showing -------------------------------------------------------------------------------------------------------------

    @property
    def device(self) -> Remembered | None:
        """The remembered device at hand."""
        return next((each for each in self.known if f"kept:{each.name}" == self._key), None)

    @property
    def heard(self) -> Found | None:
        """The found device at hand."""
        return self.found.get(self._key.removeprefix("found:")) if self._key.startswith("found:") else None

    def begin(self) -> None:
        """Show what is remembered."""
        self._read()

    def show(self) -> None:
        """Show list and card."""
        options = self.query_one(OptionList)
        width = self.left_width - 5
        rows: list[tuple[str, Line]] = [("", line(("Remembered", "bold quiet")))]
        rows += [(f"kept:{each.name}", remembered_line(each, width)) for each in self.known]
        none = ("  cannot be read", "danger") if self.problem is not None else ("  none yet: s looks for them", "quiet")
        rows += [] if self.known else [("", line(none))]
        rows += [("", line(" ")), ("", line(("Found", "bold quiet")))]
        rows += [(f"found:{url}", found_line(each, width)) for url, each in self.found.items()]
        key = self._key
        options.clear_options()
        options.add_options(Option(content_of(words), id=name or None, disabled=not name) for name, words in rows)
        names = [name for name, _ in rows]
        first = next((name for name in names if name), "")
        self._key = key if key and key in names else first
        if self._key:
            options.highlighted = names.index(self._key)
        self.show_card()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the card of what is highlighted."""
        self._key = event.option.id or ""
        self.show_card()
        self.card_to_top()

    def card(self, width: int) -> list[Line]:
        """Return the card of what is at hand, above it what is going on."""
        rows = scan_words(self.result, is_scanning=self.is_scanning, width=width)
        if (device := self.device) is not None:
            report, measured = self._reports.get(device.url), self.measured.get(device.url)
            rows += [BLANK, *remembered_card(device, report, measured, width)]
        elif self.heard is not None:
            rows += [BLANK, *found_card(self.heard, width)]
        elif self.problem is None and not self.known:
            rows += [BLANK, *no_device_card(width)]
        return [*(problem_rows(self.problem, width) if self.problem is not None else []), *rows]

    # --- finding and keeping -------------------------------------------------------------------------------------------------

    def action_scan(self) -> None:
        """Look for devices, if that is not done already."""
        if not self.is_scanning:
            self.is_scanning, self.result, self.found = True, None, {}
            self.show()
            self._scan()

    @work(group="scan", exclusive=True)
    async def _scan(self) -> None:
        """Look for devices; what is heard appears at once."""
        try:
            self.result = await scan(simulated=self.massctl.is_simulated, on_found=self._hear)
            self.found = {each.url: each for each in self.result.found}
        except MassctlError as problem:
            self.massctl.tell(problem)
        finally:
            self.is_scanning = False
            if not self.is_gone:
                self.show()

    def action_back(self) -> None:
        """End a scan; without one, go back to the programs."""
        if self.is_scanning:
            self.workers.cancel_group(self, "scan")
        else:
            self.massctl.action_page("library")

    def _hear(self, found: Found) -> None:
        self.found[found.url] = found
        self.call_later(self.show)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Remember what was found; ask a remembered one what it is."""
        self._key = event.option.id or ""
        if self.device is not None:
            self._ask(self.device)
        elif self.heard is not None:
            self._keep(self.heard)

    @work(group="device", exclusive=True)
    async def _ask(self, device: Remembered) -> None:
        """Ask a device what it is; nothing moves."""

        async def ask(dialog: Procedure) -> None:
            dialog.say("Asking it what it is; nothing moves …")
            self._reports[device.url] = await ask_device(device.url)

        await self.app.push_screen_wait(Procedure(device.name, ask))
        self.show_card()

    @work(group="device", exclusive=True)
    async def _keep(self, found: Found) -> None:
        self._select(await remember_found(self, found))

    @work(group="device", exclusive=True)
    async def action_add(self) -> None:
        """Add a device by its address."""
        self._select(await add_by_address(self))

    def _select(self, name: str | None) -> None:
        """Go to the device of this name, if there is one."""
        if name is not None:
            self._read(f"kept:{name}")

    @work(group="device", exclusive=True)
    async def action_manual(self) -> None:
        """Add a gun without a link."""
        url = await manual_gun(self)
        if url is not None:
            self.known = await asyncio.to_thread(remembered)
            gun = next(each for each in self.known if each.url.startswith("manual:"))
            self._select(gun.name)
            if gun.url != url:
                said = f"{gun.name} is a gun without a link already, with other levels: Del forgets it, then m adds this one."
                self.notify(said, markup=False, timeout=10)

    @work(group="device", exclusive=True)
    async def action_rename(self) -> None:
        """Call it otherwise."""
        device = self._kept()
        if device is not None:
            self._select(await call_otherwise(self, device))

    @work(group="device", exclusive=True)
    async def action_default(self) -> None:
        """Use it when none is named."""
        device = self._kept()
        if device is not None:
            await self._change(lambda: make_default(device.name))

    @work(group="device", exclusive=True)
    async def action_forget(self) -> None:
        """Forget it; z takes it back."""
        device = self._kept()
        if device is not None:
            await self._change(lambda: forget(device.name), f"{device.name} is forgotten; z takes it back.")

    @work(group="device", exclusive=True)
    async def action_restore(self) -> None:
        """Take the last forgotten one back."""
        await self._change(restore)

    async def _change(self, change: Callable[[], Remembered], said: str = "") -> None:
        try:
            device = await asyncio.to_thread(change)
        except MassctlError as problem:
            self.massctl.tell(problem)
            return
        if said:
            self.notify(said, markup=False)
        self._read(f"kept:{device.name}")

    def _kept(self) -> Remembered | None:
        """Return the remembered device at hand; say what to do where there is none."""
        if self.device is None:
            self.notify("Choose a remembered device first; Enter remembers a found one.", markup=False)
        return self.device

    # --- measuring -----------------------------------------------------------------------------------------------------------

    def _sensor(self) -> Remembered | None:
        device = self._kept()
        if device is not None and "sensor" not in device.roles:
            self.notify(f"{device.name} is no force sensor.", markup=False)
            return None
        return device

    @work(group="device", exclusive=True)
    async def action_tare(self) -> None:
        """Set a force sensor to zero."""
        from massctl.dashboard.device_tests import zero  # noqa: PLC0415 - drivers load only when a device is meant

        device = self._sensor()
        if device is not None:
            await self.app.push_screen_wait(zero(device.name))

    @work(group="device", exclusive=True)
    async def action_calibrate(self) -> None:
        """Calibrate a force sensor with two weights."""
        from massctl.dashboard.calibration import calibration  # noqa: PLC0415 - as above

        device = self._sensor()
        if device is not None:
            await self.app.push_screen_wait(calibration(device.name))
            self._read()

    @work(group="device", exclusive=True)
    async def action_test(self) -> None:
        """Test a device: what moves, asks first."""
        from massctl.dashboard.device_tests import test_device  # noqa: PLC0415 - as above

        device = self._kept()
        if device is not None:
            await test_device(self, device)
            self._read()


def _named_anew(found: Sequence[Found]) -> dict[str, Found]:
    """Return what was found, by address, each with the name that it is remembered by now."""
    return {each.url: replace(each, remembered_as=name_of(each.url)) for each in found}
