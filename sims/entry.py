"""What massctl's entry points name: the bench, and the opener of ``sim://`` addresses."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from massctl.errors import UsageError
from massctl.transports import nus
from massctl.transports.stream import ByteStream
from massctl.transports.topics import TopicLink
from sims.bench import Bench, default_bench
from sims.endpoints import MemoryEndpoint
from sims.live import live_bench
from sims.vendors.plug_links import PlugEndpoint
from sims.vendors.plug_twin import PlugTwin
from sims.vendors.registry import TWINS
from sims.vendors.twin import StreamTwin

__all__ = ["Bench", "open_stream", "open_topics"]


async def open_stream(url: str) -> ByteStream:
    """Open ``sim://BENCH/ROLE``, ``sim://BENCH/DEVICE``, or ``sim://DEVICE`` on the default bench of this process.

    A board of ours on a bench by radio, here or (``sim://HOST:PORT/ROLE``) in another process, is a serial line over Bluetooth.

    Raises UsageError, PortMissing, or what connecting by Bluetooth raises.
    """
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.port is not None:
        return await nus.open_stream(url)
    if not name:
        return await _open_twin(default_bench(), parts.netloc, url)
    bench = live_bench(parts.netloc)
    if name in TWINS:
        return await _open_twin(bench, name, url)
    if bench.link == "ble":
        return await nus.open_stream(url)
    return bench.connect(name).connect()


async def open_topics(url: str, subscriptions: tuple[str, ...]) -> TopicLink:
    """Open ``sim://BENCH/DEVICE`` or ``sim://DEVICE``, a plug of this process. Raises UsageError or PortMissing."""
    parts = urlsplit(url)
    name = parts.path.strip("/") or parts.netloc
    bench = live_bench(parts.netloc) if parts.path.strip("/") else default_bench()
    endpoint = await bench.serve(name)
    twin = bench.twins[name]
    if not isinstance(endpoint, PlugEndpoint) or not isinstance(twin, PlugTwin):
        raise UsageError(f"{url}: {name} is no plug.", "Simulated plugs are: tasmota, shelly1, shelly2, zigbee2mqtt.")
    twin.set_up(dict(parse_qsl(parts.query)))
    return endpoint.connect(url, subscriptions)


async def _open_twin(bench: Bench, device_id: str, url: str) -> ByteStream:
    endpoint = await bench.serve(device_id)
    twin = bench.twins[device_id]
    if isinstance(twin, StreamTwin):
        twin.set_up(dict(parse_qsl(urlsplit(url).query)))
    if not isinstance(endpoint, MemoryEndpoint):
        raise UsageError(f"{url}: this device is at {endpoint.url}, not in memory.", "Use that address.")
    return endpoint.connect()
