"""A simulated Bluetooth LE radio: peripherals in the air, and a bleak backend that reaches them.

What is on the air is bumble's virtual controllers, so that everything above them is what hardware would meet: massctl's
drivers, bleak, HCI, ATT. ``peripheral`` is pure and is all that a simulated device needs; bumble is imported by the other
modules only when a radio is used.
"""
