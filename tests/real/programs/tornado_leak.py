"""Tornado streams that are asked for a line each and kept. usage: tornado_leak.py HOST PORT PER_SECOND"""
import asyncio
import sys

from tornado.tcpclient import TCPClient

kept = []


async def fetch(client, host, port):
    stream = await client.connect(host, port)
    await stream.write(b"GET /fast HTTP/1.1\r\nHost: here\r\n\r\n")
    await stream.read_until(b"\r\n\r\n")
    kept.append(stream)


async def run():
    client = TCPClient()
    while True:
        await fetch(client, sys.argv[1], int(sys.argv[2]))
        await asyncio.sleep(1 / float(sys.argv[3]))


asyncio.run(run())
