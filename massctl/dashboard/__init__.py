"""The dashboard: a Textual application over the use cases of ``massctl.app``; no session logic lives here.

``view`` turns events into what is shown and is pure; a widget is a file; a screen owns its layout. Textual is imported only when
the dashboard is opened.
"""
