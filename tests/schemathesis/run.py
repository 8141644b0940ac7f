"""Tries every operation of the API, as its description has it, with what fits and with what does not.

    run.py [EXAMPLES]     how many calls of each operation, besides those at the limits
"""
