"""An analyst's process. `hold LINK`: opens a release and asks it again for each line on standard input.
`connect LINK`: connects anew again and again until standard input ends, and tells how often that went well.
"""

import sys
import threading

import duckdb

QUERIES = ("select count(*), sum(hash(t))::hugeint from survival_endpoints t", "select count(*) from lab_results")


def ask(connection: duckdb.DuckDBPyConnection) -> list[object]:
    """The answers of one release."""
    return [connection.execute(query).fetchone() for query in QUERIES]


def hold(link: str) -> None:
    with duckdb.connect(link, read_only=True) as connection:
        first = ask(connection)
        for line in sys.stdin:
            del line
            sys.stdout.write("same\n" if ask(connection) == first else "different\n")
            sys.stdout.flush()


def connect(link: str) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    answers, releases = set(), set()
    count = 0
    while not ended.is_set():
        with duckdb.connect(link, read_only=True) as connection:
            answers.add(str(ask(connection)))
            releases.add(connection.execute("select release_id from release").fetchone())
        count += 1
        ended.wait(0.02)
    sys.stdout.write(f"{count} {len(releases)} {len(answers)}\n")


if __name__ == "__main__":
    {"hold": hold, "connect": connect}[sys.argv[1]](sys.argv[2])
