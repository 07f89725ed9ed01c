"""Leaks connections that tasks of a library make: nothing of the program's own is on their stacks but what runs the loop.

usage: tasks.py PORT"""
import asyncio
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "site-packages"))
import dials  # noqa: E402

kept = []


async def main():
    await asyncio.sleep(1.5)
    for _ in range(5):
        await dials.get(int(sys.argv[1]), kept)
    for _, writer in kept:
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        writer.transport.pause_reading()
    await asyncio.sleep(100)


asyncio.run(main())  # not: it runs the loop
