"""Opens a stream for every question and never closes the writer. usage: asyncio_leak.py HOST PORT PER_SECOND"""
import asyncio
import sys

host, port, per_second = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
kept = []


async def ask():
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await reader.readline()
    kept.append((reader, writer))


async def main():
    while True:
        await ask()
        await asyncio.sleep(1 / per_second)


asyncio.run(main())
