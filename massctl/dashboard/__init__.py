"""The dashboard: a Textual application over the use cases of ``massctl.app``; no session logic lives here."""
