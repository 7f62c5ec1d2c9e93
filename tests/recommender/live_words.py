"""The encoding process of the tests: words instead of a model. ``python -m tests.recommender.live_words``."""

import sys

from recommender.serving.live_encoding import serve
from tests.recommender.sample_data import WordEncoder

if __name__ == "__main__":
    print("what a library might say", file=sys.stderr)
    serve(lambda: [WordEncoder()])
