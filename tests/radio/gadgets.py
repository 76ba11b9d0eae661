"""Simulated Bluetooth devices that do little: something to read, to write and to be notified by."""

from __future__ import annotations

from sims.radio.peripheral import Broadcast, Characteristic, Peripheral, Refused, Service

SERVICE = "6e40fff0-b5a3-f393-e0a9-e50e24dcca9e"
VALUE = "6e40fff1-b5a3-f393-e0a9-e50e24dcca9e"
ECHO = "6e40fff2-b5a3-f393-e0a9-e50e24dcca9e"
FORBIDDEN = "6e40fff3-b5a3-f393-e0a9-e50e24dcca9e"


class Gadget(Peripheral):
    """Repeats by notification what is written to it."""

    id = "gadget"
    services = (
        Service(
            SERVICE,
            (
                Characteristic(VALUE, "read", "write", "write-without-response"),
                Characteristic(ECHO, "notify"),
                Characteristic(FORBIDDEN, "write"),
            ),
        ),
    )

    def __init__(self, name: str = "A gadget with a long name", mtu_bytes: int = 247) -> None:
        super().__init__()
        self.mtu_bytes = mtu_bytes
        self.name = name
        self.written: list[bytes] = []
        self.happened: list[str] = []

    @property
    def broadcast(self) -> Broadcast:
        return Broadcast(self.name, (SERVICE,), {0x0100: b"\x01\x02"}, interval_s=0.05)

    def on_read(self, uuid: str, now_s: float) -> bytes:
        return self.written[-1] if self.written else b"nothing yet"

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        if uuid == FORBIDDEN:
            raise Refused(0x80)
        self.written.append(data)
        self.notify(ECHO, data)

    def on_subscribe(self, uuid: str, is_on: bool, now_s: float) -> None:
        self.happened.append(f"subscribed {is_on}")

    def on_connect(self, now_s: float) -> None:
        self.happened.append("connected")

    def on_disconnect(self, now_s: float) -> None:
        self.happened.append("disconnected")
