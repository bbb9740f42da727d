"""What holds for every test: hypothesis has no deadline (a busy machine is no bug) and digs as deep as is asked."""

from hypothesis import settings

from tests.depth import examples

settings.register_profile("hitofuda", deadline=None, max_examples=examples(100))
settings.load_profile("hitofuda")
