#!/usr/bin/python3
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A backend in Python that has several processes work for it: a pool, queues and locks are POSIX
semaphores, which lie in /dev/shm."""
import concurrent.futures
import json
import multiprocessing


def square(n):
    return n * n


if __name__ == "__main__":
    with multiprocessing.Pool(3) as pool:
        assert pool.map(square, range(4)) == [0, 1, 4, 9]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(square, range(4))) == [0, 1, 4, 9]
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=queue.put, args=("here",))
    child.start()
    assert queue.get(timeout=4) == "here"
    child.join()
    print(json.dumps({"type": "sample", "features": ["healthy"]}))
