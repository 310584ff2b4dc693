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


def at_once_behind(site, statement, count, call, seconds=0.5):
    """
    The same, while a transaction holds what the statement locks: as many as
    there are processes have read before the first of them can write.
    """
    connection = site.server.connect(site.database)
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute(statement)
    timer = threading.Timer(seconds, connection.commit)
    timer.start()
    try:
        return at_once(count, call)
    finally:
        timer.join()
        connection.close()


def statuses(answers):
    """{status: how many}."""
    counts = {}
    for answer in answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
    return counts
