"""The widgets of the session screen, one a file: a pure function words and draws it, a small class lays it on the screen."""
