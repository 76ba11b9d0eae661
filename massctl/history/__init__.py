"""What was done: an append-only record of sessions, kept in one local file, and the reading of it.

Writing happens in a thread of its own that a session never waits for; nothing here decides anything about a session.
"""
