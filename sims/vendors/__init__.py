"""Simulated twins of devices that are not ours, with their quirks; they share the codecs with the drivers, nothing else."""
