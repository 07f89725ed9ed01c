"""Sends every client a tick four times a second. usage: ticker.py HOST PORT"""
import asyncio
import sys


async def tick(reader, writer):
    while True:
        writer.write(b"tick\n")
        await asyncio.sleep(0.25)


async def main():
    async with await asyncio.start_server(tick, sys.argv[1], int(sys.argv[2])) as server:
        await server.serve_forever()


asyncio.run(main())
