"""What massctl's entry points name: the bench, and the opener of ``sim://`` addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

from massctl.transports.stream import ByteStream
from sims.bench import Bench, live_bench

__all__ = ["Bench", "open_stream"]


async def open_stream(url: str) -> ByteStream:
    """Open ``sim://BENCH/ROLE`` on a bench of this process. Raises UsageError or PortMissing."""
    parts = urlsplit(url)
    return live_bench(parts.netloc).connect(parts.path.strip("/")).connect()
