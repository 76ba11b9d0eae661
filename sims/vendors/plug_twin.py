"""The twins of smart plugs, at their topics: a relay that opens by itself, and the quirks of each maker. Pure.

Their relay is the world's, and lies in the massager's supply. Who carries the messages is ``sims.vendors.plug_links``'s business.

Not modelled: power metering, their own buttons, and delay on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from firmware_protocol.vendors.tasmota import pulse_s
from sims.world import World

Say = Callable[[str, bytes], None]
TOPIC: Final = "plug"
"""The name of every twin at its broker."""


class PlugTwin:
    """One plug: on, off, and off by itself."""

    id: ClassVar[str]
    role: ClassVar[str] = "timer"
    subscriptions: ClassVar[tuple[str, ...]] = ()

    def __init__(self, world: World) -> None:
        self.world = world
        world.relay_feeds_motor = True
        self.is_hung = False
        """Fault: it hears and says nothing; its own countdown goes on."""
        self.after_power_cut = "off"
        self.listeners: list[Say] = []
        self.now_s = 0.0
        self.off_at_s: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether its relay is closed."""
        return self.world.timer.is_relay_closed

    def set_up(self, options: Mapping[str, str]) -> None:
        """Take what stands in a simulated address: ``after=on`` for one that comes back on after a power cut."""
        self.after_power_cut = options.get("after", self.after_power_cut)

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Feel nothing."""

    def step(self, now_s: float) -> None:
        """Switch off when the time is up."""
        self.now_s = now_s
        if self.off_at_s is not None and now_s >= self.off_at_s:
            self.switch(is_on=False, for_s=None)
            self.tell()

    def switch(self, *, is_on: bool, for_s: float | None) -> None:
        """Close or open the relay; with a time, open it after that."""
        if is_on:
            self.world.timer.close_relay()
        else:
            self.world.timer.open_relay()
        self.off_at_s = self.now_s + for_s if is_on and for_s is not None else None

    def receive(self, topic: str, payload: bytes, now_s: float) -> None:
        """Take one message."""
        self.now_s = max(self.now_s, now_s)
        if not self.is_hung:
            self.obey(topic, payload)

    def say(self, topic: str, payload: bytes | dict[str, Any]) -> None:
        """Tell everybody who listens."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        for listener in tuple(self.listeners):
            listener(topic, data)

    # What each maker's does.

    def obey(self, topic: str, payload: bytes) -> None:
        """Do what a message asks."""

    def tell(self) -> None:
        """Say by itself that it has changed."""


class TasmotaTwin(PlugTwin):
    """Tasmota: PulseTime stays set and also bounds what its own button or a plain ON switches on."""

    id = "tasmota"
    subscriptions = (f"cmnd/{TOPIC}/+",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.pulse_code = 0
        self.after_power_cut = "0"

    def obey(self, topic: str, payload: bytes) -> None:
        """Take one command; an empty payload asks."""
        name, value = topic.rsplit("/", 1)[1].lower(), payload.decode("ascii", "replace")
        match name:
            case "power" | "power1":
                if value.upper() in ("ON", "OFF"):
                    self.switch(is_on=value.upper() == "ON", for_s=pulse_s(self.pulse_code))
                self.tell()
            case "pulsetime1" | "pulsetime":
                if value.isdecimal() and int(value) <= 64_900:
                    self.pulse_code = int(value)
                left = 0 if self.off_at_s is None else self.pulse_code
                self.say(f"stat/{TOPIC}/RESULT", {"PulseTime1": {"Set": self.pulse_code, "Remaining": left}})
            case "poweronstate":
                self.say(f"stat/{TOPIC}/RESULT", {"PowerOnState": int(self.after_power_cut)})
            case _:
                self.say(f"stat/{TOPIC}/RESULT", {"Command": "Unknown"})

    def tell(self) -> None:
        """Say its power on both topics."""
        word = "ON" if self.is_on else "OFF"
        self.say(f"stat/{TOPIC}/RESULT", {"POWER": word})
        self.say(f"stat/{TOPIC}/POWER", word.encode())


class Shelly2Twin(PlugTwin):
    """Shelly, second generation: JSON-RPC, answered to whoever asked; changes are told on events/rpc."""

    id = "shelly2"
    subscriptions = (f"{TOPIC}/rpc",)

    def obey(self, topic: str, payload: bytes) -> None:
        """Take one request."""
        try:
            request = json.loads(payload)
            method, parameters = request["method"], request.get("params", {})
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        answer = {"id": request.get("id"), "src": TOPIC, "dst": request.get("src")}
        match method:
            case "Switch.Set" if isinstance(parameters.get("on"), bool):
                was_on = self.is_on
                self.switch(is_on=parameters["on"], for_s=parameters.get("toggle_after"))
                answer["result"] = {"was_on": was_on}
                if was_on != self.is_on:
                    self.tell()
            case "Switch.GetStatus":
                answer["result"] = {"id": 0, "source": "MQTT", "output": self.is_on}
            case "Switch.GetConfig":
                answer["result"] = {"id": 0, "initial_state": self.after_power_cut, "auto_off": False}
            case _:
                answer["error"] = {"code": 404, "message": f"No handler for {method}"}
        if isinstance(request.get("src"), str):
            self.say(f"{request['src']}/rpc", answer)

    def tell(self) -> None:
        """Notify of its new output."""
        values = {"method": "NotifyStatus", "params": {"switch:0": {"id": 0, "output": self.is_on}}}
        self.say(f"{TOPIC}/events/rpc", {"src": TOPIC, **values})


class Shelly1Twin(PlugTwin):
    """Shelly, first generation, by HTTP: the answer to a GET is said under its path."""

    id = "shelly1"

    def obey(self, topic: str, payload: bytes) -> None:
        """Take one GET of path and query."""
        path, _, query = topic.partition("?")
        wanted = dict(each.partition("=")[::2] for each in query.split("&") if each)
        if path == "/settings/relay/0":
            self.say(topic, {"default_state": self.after_power_cut, "auto_off": 0.0})
        elif path == "/relay/0":
            if wanted.get("turn") in {"on", "off"}:
                for_s = float(wanted["timer"]) if wanted.get("timer", "").isdecimal() else None
                self.switch(is_on=wanted["turn"] == "on", for_s=for_s)
            left_s = 0 if self.off_at_s is None else round(self.off_at_s - self.now_s)
            self.say(topic, {"ison": self.is_on, "has_timer": self.off_at_s is not None, "timer_remaining": left_s})


class Zigbee2MqttTwin(PlugTwin):
    """A Zigbee plug that knows ``on_time``, behind Zigbee2MQTT."""

    id = "zigbee2mqtt"
    subscriptions = (f"zigbee2mqtt/{TOPIC}/set", f"zigbee2mqtt/{TOPIC}/get")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.knows_on_time = True
        """Many plugs do not; those stay on."""

    def obey(self, topic: str, payload: bytes) -> None:
        """Take a set or a get."""
        try:
            wanted = json.loads(payload)
            state, on_time = wanted.get("state"), wanted.get("on_time")
        except (ValueError, AttributeError):
            return
        if topic.endswith("/set") and state in ("ON", "OFF"):
            self.switch(is_on=state == "ON", for_s=on_time if self.knows_on_time else None)
        self.tell()

    def tell(self) -> None:
        """Say all that is known of it."""
        values = {"state": "ON" if self.is_on else "OFF", "power_on_behavior": self.after_power_cut}
        self.say(f"zigbee2mqtt/{TOPIC}", values)
