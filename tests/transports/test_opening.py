from __future__ import annotations

import pytest

from massctl.errors import UsageError
from massctl.transports import open_stream
from massctl.transports.opening import EXAMPLES, known_addresses
from massctl.transports.ports import OUR_USB_IDS, PortInfo


@pytest.mark.parametrize("url", ["", "gun", "serial", "serial:/dev/ttyUSB0", "http:", "tcp://[::1"])
async def test_what_is_no_address_is_refused_with_an_example_of_each_scheme(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        await open_stream(url)
    assert EXAMPLES["serial"] in str(refusal.value)
    assert EXAMPLES["tcp"] in str(refusal.value)


async def test_an_unknown_scheme_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(UsageError, match="Did you mean serial://"):
        await open_stream("seriel:///dev/ttyUSB0")


async def test_a_bare_device_path_is_answered_with_its_address() -> None:
    with pytest.raises(UsageError, match="Write serial:///dev/ttyUSB0"):
        await open_stream("/dev/ttyUSB0")


def test_schemes_that_other_packages_add_are_listed() -> None:
    assert "sim://" in known_addresses()
    assert "manual://" in known_addresses()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("serial://dev/ttyUSB0", "three slashes"),
        ("serial://", "names no port"),
        ("serial:///", "names no port"),
        ("serial:///dev/ttyUSB0?baud=fast", "baud is a whole number"),
        ("serial:///dev/ttyUSB0?baud=0", "baud is a whole number"),
        ("serial:///dev/ttyUSB0?baud=9000000", "baud is a whole number"),
        ("serial:///dev/ttyUSB0?bauds=9600", "no setting 'bauds'"),
        ("tcp://", "a host and a port"),
        ("tcp://localhost", "a host and a port"),
        ("tcp://localhost:0", "a host and a port"),
        ("tcp://localhost:http", "tcp://localhost:http"),
        ("tcp://localhost:70000", "tcp://localhost:70000"),
        ("tcp://localhost:7707/gun", "a host and a port"),
    ],
)
async def test_a_bad_address_says_what_is_wrong_with_it_and_how_one_looks(url: str, reason: str) -> None:
    with pytest.raises(UsageError) as refusal:
        await open_stream(url)
    assert reason in refusal.value.what
    assert "serial:///" in refusal.value.remedy or "tcp://" in refusal.value.remedy


def test_a_port_is_ours_only_when_ids_and_product_name_both_say_so() -> None:
    ours = next(iter(OUR_USB_IDS))

    def port(usb_id: tuple[int, int] | None, product: str | None) -> PortInfo:
        return PortInfo("/dev/ttyACM0", "x", usb_id, None, product)

    assert port(ours, "massctl gun").is_ours
    assert not port(ours, "somebody's test").is_ours
    assert not port(ours, None).is_ours
    assert not port((0x1A86, 0x7523), "massctl gun").is_ours
    assert not port(None, "massctl gun").is_ours
    assert port(None, None).url == "serial:///dev/ttyACM0"
