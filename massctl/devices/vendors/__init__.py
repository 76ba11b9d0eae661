"""Drivers of devices that are not ours: each makes its device's bytes a Massager, a ForceSensor or a Timer.

The table of them is ``massctl.devices.supported``; a file here is loaded when its device is opened.
"""
