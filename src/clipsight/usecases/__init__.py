"""What one can do with the server: submit, ask for the state, take the result, delete. The only door for every edge.

Each use case is one function over :class:`~clipsight.usecases.services.Services`; it blocks, and owns its transaction.
"""
