"""What every driver has: one who is told what the device says. No device is known here."""

from __future__ import annotations

from collections.abc import Callable

from massctl.devices.capabilities import Report


class OneSubscriber:
    """Delivers reports to whoever has subscribed; to nobody before."""

    _on_report: Callable[[Report], None] | None = None

    def subscribe(self, on_report: Callable[[Report], None]) -> None:
        """Deliver all reports to ``on_report``, in the read callback."""
        self._on_report = on_report

    def _report(self, report: Report) -> None:
        if self._on_report is not None:
            self._on_report(report)
