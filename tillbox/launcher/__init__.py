"""Starts, watches and ends the whole house on one machine, as systemd does on an appliance.

Owns processes, ports and the files that tell them of each other; knows nothing about selling.
"""
