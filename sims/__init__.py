"""The simulated bench: physics, device models, and the endpoints that production drivers run on unchanged.

Layers, bottom up: the parts (``motor``, ``battery``, ``tissue``, ``hand``, ``person``, ``gauge``, ``timer``) and the firmware's
logic (``massager``) are pure and stepped by ``world``, which owns simulated time; ``board`` puts them behind the protocol's
DEVICE role; ``endpoints``, ``bench`` and ``command`` are the only files that know asyncio. massctl never imports this package: it
arrives through entry points.
"""
