"""Which twin stands for which driver; a twin's file is loaded when the bench gets one."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol, cast

from massctl.errors import UsageError
from sims.radio.peripheral import Peripheral
from sims.vendors.twin import Twin
from sims.world import World

TWINS: Final = {
    "hypervolt2": "sims.vendors.hypervolt2:Hypervolt2Twin",
    "theragun": "sims.vendors.theragun:TheragunTwin",
    "vesc": "sims.vendors.vesc:VescTwin",
    "wand": "sims.vendors.wand:WandTwin",
    "progressor": "sims.vendors.progressor:ProgressorTwin",
    "whc06": "sims.vendors.whc06:WHC06Twin",
    "mark10": "sims.vendors.mark10:Mark10Twin",
    "wagner-fdx": "sims.vendors.wagner_fdx:WagnerFdxTwin",
    "wagner-fpx": "sims.vendors.wagner_fpx:WagnerFpxTwin",
    "sauter": "sims.vendors.sauter:SauterTwin",
    "line": "sims.vendors.line:LineTwin",
    "waveshare": "sims.vendors.waveshare:WaveshareTwin",
    "sr201": "sims.vendors.sr201:Sr201Twin",
    "lcus": "sims.vendors.lcus:LcusTwin",
    "tasmota": "sims.vendors.plug_twin:TasmotaTwin",
    "shelly1": "sims.vendors.plug_twin:Shelly1Twin",
    "shelly2": "sims.vendors.plug_twin:Shelly2Twin",
    "zigbee2mqtt": "sims.vendors.plug_twin:Zigbee2MqttTwin",
    "heart_rate": "sims.vendors.heart_rate:HeartRateTwin",
}
"""Driver to ``module:class``; the class takes the world."""


def make_twin(device_id: str, world: World) -> Twin:
    """Return a new twin of ``device_id``. Raises UsageError where there is none."""
    return _twin_class(device_id)(world)


def role_of(device_id: str) -> str:
    """Return the role that the device plays: massager, sensor, timer. Raises UsageError where there is no twin of it."""
    return _twin_class(device_id).role


def is_by_radio(device_id: str) -> bool:
    """Whether the device is reached by radio. Raises UsageError where there is no twin of it."""
    twin_class = _twin_class(device_id)
    return isinstance(twin_class, type) and issubclass(twin_class, Peripheral)


class TwinClass(Protocol):
    """A class of twins."""

    role: str

    def __call__(self, world: World) -> Twin:
        """Return a new one in this world."""


def _twin_class(device_id: str) -> TwinClass:
    if device_id not in TWINS:
        raise UsageError(f"There is no simulated {device_id!r}.", f"Simulated are: {', '.join(sorted(TWINS))}.")
    module, _, name = TWINS[device_id].partition(":")
    return cast(TwinClass, getattr(import_module(module), name))
