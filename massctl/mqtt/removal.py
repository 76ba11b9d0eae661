"""Taking a bridge out of Home Assistant, and what it left retained out of the broker."""

from __future__ import annotations

import asyncio

from massctl.app.request import ROLES
from massctl.errors import MassctlError
from massctl.mqtt.broker import Broker
from massctl.mqtt.discovery import discovery_topic
from massctl.mqtt.topics import Topics
from massctl.transports.broker_address import BrokerAddress


async def remove_announcement(address: BrokerAddress, node: str) -> None:
    """Publish an empty retained message wherever the bridge ``node`` left one. Raises ConnectionProblem."""
    topics = Topics(node)
    connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def note(problem: MassctlError | None) -> None:
        if connected.done():
            return
        if problem is None:
            connected.set_result(None)
        else:
            connected.set_exception(problem)

    broker = Broker(
        address,
        identifier=f"massctl-{node}-remove",
        will=None,
        subscriptions=(),
        on_message=lambda _: None,
        on_change=note,
    )
    refused: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(broker.run(), name="broker")
            await connected
            for topic in _retained(topics):
                broker.publish(topic, b"", is_retained=True)
            await broker.farewell(5.0)
            running.cancel()
    except* MassctlError as errors:
        refused += errors.exceptions
    if refused:
        raise refused[0]


def _retained(topics: Topics) -> tuple[str, ...]:
    devices = (each for role in ROLES for each in (topics.device_status(role), topics.device_state(role)))
    return (
        discovery_topic(topics.node),
        topics.bridge_status,
        topics.bridge_state,
        topics.session_state,
        topics.session_summary,
        *devices,
    )
