"""What all faces share: the words for things, the meaning of keys, large figures, and what a display knows of a session. Pure."""
