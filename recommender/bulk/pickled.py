"""Runs a pickled task. Dask's scheduler unpickles what it is sent: this module is all that it imports of Roadshow."""

import pickle


def run_pickled(task: bytes) -> object:
    """Call the function of a pair (function, argument), pickled, and return its result. Runs in a worker."""
    function, argument = pickle.loads(task)
    return function(argument)
