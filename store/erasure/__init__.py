"""Erases a person's data and finds texts elsewhere that still contain the name."""

from store.erasure.angels import erase_angel
from store.erasure.persons import Erasure, ErasureError, erase_talent, scrub

__all__ = ["Erasure", "ErasureError", "erase_angel", "erase_talent", "scrub"]
