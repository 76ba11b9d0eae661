"""One session: what is decided, second by second, and the runner that carries it out.

Everything here but ``runner.py``, ``stop.py`` and ``links.py`` is synchronous and reads no clock. No front end, no file, no
third-party library is known here.
"""
