"""The screens: a `.kv` that says where the parts stand, and a thin widget that hands them their views."""
