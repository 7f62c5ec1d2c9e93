"""Reports what is wrong with an account or a key as a problem of the mutation's argument."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schema.domain.shared.problems import bad
from store.access.scopes import AccessError


@contextmanager
def account_errors(**paths: tuple[str, ...]) -> Iterator[None]:
    """Turn an AccessError into the refusal of an argument.

    `paths` gives the path of the argument where it isn't named as the error's field.
    """
    try:
        yield
    except AccessError as problem:
        raise bad(problem.message, *paths.get(problem.field, (problem.field,))) from problem
