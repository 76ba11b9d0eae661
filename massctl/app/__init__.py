"""The headless application: use cases that every front end calls, the event bus, and the local control socket.

No text is laid out here and no key is read; front ends hold no session logic, and this room no display.
"""
