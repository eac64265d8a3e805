"""tmp"""


class N:
    uri = ""

    def __init__(self, **k):
        pass

    def __getattr__(self, n):
        return lambda *a, **k: True


def open_tracker(**k):
    return N()
