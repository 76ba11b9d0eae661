"""The table of drivers: which devices massctl speaks to, how sure it is of each, and where each driver is found.

Data and one look-up only. ``docs`` and ``massctl devices supported`` are printed from it; a driver's module is loaded when
one of its devices is opened, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from firmware_protocol.vendors import heart_rate, hypervolt2, progressor, theragun, whc06
from massctl.devices.capabilities import LinkLoss
from massctl.transports.gatt import Advertisement


class Confidence(StrEnum):
    """How well what the driver says is known."""

    VENDOR = "documented by its maker"
    STANDARD = "formal standard"
    SEVERAL = "several independent programs agree"
    ONE_PERSON = "worked out by one person"
    UNVERIFIED = "nobody has confirmed it on hardware"


class Medium(StrEnum):
    """What carries a device's bytes."""

    STREAM = "serial or TCP"
    RELAY = "none: a timer's relay"
    GATT = "Bluetooth LE"
    ADVERTISEMENTS = "Bluetooth LE, broadcasts only"
    TOPICS = "MQTT"
    HTTP = "HTTP"


def _never(_advertisement: Advertisement) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Driver:
    """One row of the table."""

    id: str
    """As in ``?driver=mark10`` and ``sim://mark10``."""
    name: str
    roles: tuple[str, ...]
    """Of massager, sensor, timer, heart."""
    medium: Medium
    opener: str
    """``module:function``; the function is ``async def connect(url: str, *, record: Path | None) -> DeviceBundle``."""
    confidence: Confidence
    sources: tuple[str, ...]
    on_link_loss: LinkLoss = LinkLoss.UNKNOWN
    capabilities: str = ""
    """In a few words, for the table."""
    verified_on: str = "simulated twin only"
    """What hardware this driver has been seen to work on, and when."""
    is_match: Callable[[Advertisement], bool] = _never
    """Whether a broadcast is one of these (Bluetooth only)."""
    url_options: tuple[str, ...] = ()
    """Names that its address may carry after ``?``."""
    sim_options: tuple[str, ...] = ()
    """Names that the address of its simulated twin may carry besides: how the twin is, for whoever tries it."""
    sim_defaults: tuple[tuple[str, str], ...] = ()
    """Options that its twin's address need not name: how the twin is built."""


SUPPORTED: tuple[Driver, ...] = (
    Driver(
        id="hypervolt2",
        name="Hyperice Hypervolt 2",
        roles=("massager",),
        medium=Medium.GATT,
        opener="massctl.devices.vendors.hypervolt2:connect",
        confidence=Confidence.ONE_PERSON,
        sources=("https://github.com/Taxom/pyhypervolt (HV200, hardware 2.2.0, firmware 1.15.0)",),
        on_link_loss=LinkLoss.KEEPS_RUNNING,
        capabilities="three levels, confirmed by its own notification; battery, temperature, load; no lease",
        is_match=lambda heard: hypervolt2.is_name(heard.name),
        url_options=("mac",),
        sim_options=("charging",),
    ),
    Driver(
        id="theragun",
        name="Theragun G4 (Pro, Elite, Prime)",
        roles=("massager",),
        medium=Medium.GATT,
        opener="massctl.devices.vendors.theragun:connect",
        confidence=Confidence.UNVERIFIED,
        sources=(
            "https://github.com/buttplugio/stpihkal/issues/127",
            "https://buttplug.io/stpihkal/protocols/theragun",
        ),
        on_link_loss=LinkLoss.UNKNOWN,
        capabilities="its status is shown; speed by hand, by massctl only as an experiment (experimental=speed); no lease",
        is_match=lambda heard: heard.name in theragun.MODELS and theragun.SERVICE in heard.service_uuids,
        url_options=("experimental",),
    ),
    Driver(
        id="vesc",
        name="VESC motor controller",
        roles=("massager",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.vesc:connect",
        confidence=Confidence.VENDOR,
        sources=("vedderb/bldc (the controller's own firmware), b9d287b3",),
        on_link_loss=LinkLoss.STOPS,
        capabilities="any speed, measured; lease by its own time-out; temperature",
        url_options=("pole_pairs", "gear", "gun", "min", "max", "current", "duty", "lease_ms"),
        sim_defaults=(("pole_pairs", "7"), ("gear", "3")),
    ),
    Driver(
        id="wand",
        name="corded wand behind a relay",
        roles=("massager",),
        medium=Medium.RELAY,
        opener="massctl.devices.vendors.wand:connect",
        confidence=Confidence.VENDOR,
        sources=("whoever cuts its power stops it; its rate is what its owner counts",),
        on_link_loss=LinkLoss.STOPS,
        capabilities="on and off by the timer's relay; one speed, its dial's; no soft start; its switch must latch",
        url_options=("rate", "gun"),
        sim_defaults=(("rate", "1700"),),
    ),
    Driver(
        id="progressor",
        name="Tindeq Progressor and clones",
        roles=("sensor",),
        medium=Medium.GATT,
        opener="massctl.devices.vendors.progressor:connect",
        confidence=Confidence.VENDOR,
        sources=("https://tindeq.com/progressor_api/", "https://github.com/crimpdeq/crimpdeq-firmware (a clone)"),
        capabilities="force at 80 samples a second, tare",
        is_match=lambda heard: progressor.is_name(heard.name),
        url_options=("max", "sign", "battery"),
    ),
    Driver(
        id="whc06",
        name="Weiheng WH-C06 hanging scale",
        roles=("sensor",),
        medium=Medium.ADVERTISEMENTS,
        opener="massctl.devices.vendors.whc06:connect",
        confidence=Confidence.SEVERAL,
        sources=("https://github.com/sebws/Crane", "https://github.com/Stevie-Ray/hangtime-grip-connect"),
        capabilities="force a few times a second: manual tools only (F35); its zero is made by massctl",
        is_match=lambda heard: heard.name == whc06.NAME and whc06.COMPANY_ID in heard.manufacturer_data,
        url_options=("sign",),
    ),
    Driver(
        id="mark10",
        name="Mark-10 Series 4/5 force gauge",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.mark10:connect",
        confidence=Confidence.VENDOR,
        sources=("Mark-10 Series 4 and Series 5 user's guides", "Omega DFG55 manual"),
        capabilities="force, own zero; asked up to 50 times a second",
        url_options=("max", "sign", "rate", "low_pass_hz"),
    ),
    Driver(
        id="wagner-fdx",
        name="Wagner FDX force gauge",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.wagner_fdx:connect",
        confidence=Confidence.VENDOR,
        sources=("Wagner FORCE TEN FDX manual",),
        capabilities="force; asked up to 25 times a second",
        url_options=("max", "sign", "rate", "low_pass_hz"),
    ),
    Driver(
        id="wagner-fpx",
        name="Wagner FPX algometer",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.wagner_fpx:connect",
        confidence=Confidence.ONE_PERSON,
        sources=("AaronLi/UWO-Algometer, 98f6011",),
        capabilities="force; asked up to 10 times a second",
        url_options=("max", "sign", "rate", "low_pass_hz"),
    ),
    Driver(
        id="sauter",
        name="Sauter FH/FL force gauge",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.sauter:connect",
        confidence=Confidence.VENDOR,
        sources=("Sauter FH manual",),
        capabilities="force, own zero; asked up to 20 times a second",
        url_options=("unit", "max", "sign", "rate", "low_pass_hz"),
    ),
    Driver(
        id="line",
        name="board that prints readings",
        roles=("sensor",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.line:connect",
        confidence=Confidence.SEVERAL,
        sources=("bogde/HX711 be5e3d25 and its copies' examples", "Interlink FSR402 data sheet"),
        capabilities="force of an HX711 or an FSR, as often as it prints",
        url_options=("kind", "unit", "zero", "n_per_unit", "vcc", "ohm", "adc_max", "max", "sign", "low_pass_hz"),
        sim_options=("prints", "per_second"),
    ),
    Driver(
        id="waveshare",
        name="Waveshare Modbus relay",
        roles=("timer",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.waveshare:connect",
        confidence=Confidence.VENDOR,
        sources=("Waveshare wiki, Modbus_RTU_Relay", "Waveshare wiki, Modbus_POE_ETH_Relay"),
        on_link_loss=LinkLoss.STOPS,
        capabilities="relay that opens by itself (0.1 to 3,276.7 s), state read back; try that a new flash renews it",
        url_options=("channel", "unit", "frame"),
        sim_options=("renews",),
    ),
    Driver(
        id="sr201",
        name="SR-201 Ethernet relay",
        roles=("timer",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.sr201:connect",
        confidence=Confidence.SEVERAL,
        sources=("cryxli/sr201", "sellers' documents"),
        on_link_loss=LinkLoss.STOPS,
        capabilities="relay that opens by itself (1 to 65,535 s), state read back; try that a new time renews it",
        url_options=("channel",),
        sim_options=("renews",),
    ),
    Driver(
        id="lcus",
        name="LCUS USB relay, software timer only",
        roles=("timer",),
        medium=Medium.STREAM,
        opener="massctl.devices.vendors.lcus:connect",
        confidence=Confidence.SEVERAL,
        sources=("sellers' documents", "labgrid's driver of its HID sister"),
        on_link_loss=LinkLoss.KEEPS_RUNNING,
        capabilities="relay, software timer only; many tell nothing back",
        url_options=("channel",),
        sim_options=("answers",),
    ),
    Driver(
        id="tasmota",
        name="Plug with Tasmota",
        roles=("timer",),
        medium=Medium.TOPICS,
        opener="massctl.devices.vendors.plugs:connect_tasmota",
        confidence=Confidence.VENDOR,
        sources=("https://tasmota.github.io/docs/Commands/",),
        on_link_loss=LinkLoss.STOPS,
        capabilities="mains relay that opens by itself (PulseTime), its state read back",
        url_options=("channel",),
        sim_options=("after",),
    ),
    Driver(
        id="shelly2",
        name="Shelly plug, second generation and later",
        roles=("timer",),
        medium=Medium.TOPICS,
        opener="massctl.devices.vendors.plugs:connect_shelly2",
        confidence=Confidence.VENDOR,
        sources=("https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch",),
        on_link_loss=LinkLoss.STOPS,
        capabilities="mains relay that opens by itself (toggle_after), its state read back",
        url_options=("channel",),
        sim_options=("after",),
    ),
    Driver(
        id="shelly1",
        name="Shelly plug, first generation",
        roles=("timer",),
        medium=Medium.HTTP,
        opener="massctl.devices.vendors.plugs:connect_shelly1",
        confidence=Confidence.VENDOR,
        sources=("https://shelly-api-docs.shelly.cloud/gen1/",),
        on_link_loss=LinkLoss.STOPS,
        capabilities="mains relay that opens by itself (timer), its state read back",
        url_options=("channel",),
        sim_options=("after",),
    ),
    Driver(
        id="zigbee2mqtt",
        name="Zigbee plug behind Zigbee2MQTT",
        roles=("timer",),
        medium=Medium.TOPICS,
        opener="massctl.devices.vendors.plugs:connect_zigbee2mqtt",
        confidence=Confidence.VENDOR,
        sources=("https://www.zigbee2mqtt.io/guide/usage/exposes.html",),
        on_link_loss=LinkLoss.UNKNOWN,
        capabilities="mains relay that opens by itself where the plug knows on_time: look at yours; its state read back",
        sim_options=("after",),
    ),
    Driver(
        id="heart_rate",
        name="Heart rate sensor (Bluetooth SIG)",
        roles=("heart",),
        medium=Medium.GATT,
        opener="massctl.devices.vendors.heart_rate:connect",
        confidence=Confidence.STANDARD,
        sources=("Bluetooth SIG, Heart Rate Service 1.0",),
        capabilities="heart rate, shown and recorded, never steering",
        is_match=lambda heard: heart_rate.SERVICE in heard.service_uuids,
    ),
)
"""All foreign drivers; our own firmware needs no row, it says what it is."""


def driver(driver_id: str) -> Driver:
    """Return the row of ``driver_id``. Raises KeyError."""
    return {row.id: row for row in SUPPORTED}[driver_id]
