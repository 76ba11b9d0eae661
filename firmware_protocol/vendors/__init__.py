"""What devices of other makers say on the wire: one file a device, pure bytes in and out, both sides of the talk.

Facts and sources stand in each file. A decoder returns what it read or raises ``RemoteProtocolError``; an encoder raises
``LocalProtocolError`` for what may not be sent. Nothing here does I/O, keeps time, or decides anything.
"""
