"""A cache has a bound, evicts the least recently used entry, and is safe to share."""

from __future__ import annotations

import pickle
import threading

from store.cache import Cache


def test_the_least_recently_used_entry_goes_first() -> None:
    cache: Cache[str, int] = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]
    assert len(cache) == cache.size == 2


def test_an_entry_is_gone_after_its_time() -> None:
    cache: Cache[str, int] = Cache(2, seconds=0.0)
    cache.put("a", 1)
    assert cache.get("a") is None


def test_a_copy_begins_empty() -> None:
    cache: Cache[str, int] = Cache(2)
    cache.put("a", 1)
    copied: Cache[str, int] = pickle.loads(pickle.dumps(cache))
    assert (len(copied), copied.size) == (0, 2)


def test_threads_share_a_cache() -> None:
    cache: Cache[int, int] = Cache(50)
    wrong: list[object] = []
    start = threading.Barrier(8)

    def work(first: int) -> None:
        start.wait()
        try:
            for number in range(20_000):
                key = (first * 7 + number) % 90
                found = cache.get(key)
                if found not in (None, key * 2):
                    wrong.append((key, found))
                cache.put(key, key * 2)
        except Exception as problem:
            wrong.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(cache) == 50
