"""Many requests at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor


def at_once(count, call):
    """Runs call(0) to call(count - 1) at once; their results in order."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def statuses(answers):
    """{status: how many}."""
    counts = {}
    for answer in answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
    return counts
