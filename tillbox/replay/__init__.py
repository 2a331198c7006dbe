"""Sells what a file says happened: reads its tickets, sells each once, sums up what was sold.

`reading` and `tickets` turn a file into tickets and refusals; `through_checkout` and `through_screen`
sell them; `outcome` counts. None of them prints.
"""
