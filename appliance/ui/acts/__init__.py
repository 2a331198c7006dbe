"""What each intent does: functions of the till and the intent's arguments, by subject.

They run in the screen's thread, change only what the screen knows, and leave all trade to jobs for
the worker.
"""
