"""Presenters: from the till's state to what a screen shows. Pure: no Kivy, no SQL, no clock.

`present(state, tr)` is the one that the rest of the process calls.
"""

from appliance.ui.presenters.compose import Presented, present

__all__ = ["Presented", "present"]
