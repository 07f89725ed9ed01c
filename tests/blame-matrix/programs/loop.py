"""As loop.c, with asyncio.   usage: loop.py PORT COUNT"""
import asyncio
import sys

port, count = int(sys.argv[1]), int(sys.argv[2])
kept = []


async def keep(reader, writer):
    await reader.read()
    kept.append(writer)


async def call(where):
    reader, writer = await asyncio.open_connection("127.0.0.1", where)
    writer.close()


async def serve_first():
    return await asyncio.start_server(keep, "127.0.0.1", port)  # here: serve_first


async def serve_more(where):
    return await asyncio.start_server(keep, "127.0.0.1", where)  # here: serve_more


async def main():
    servers = [await serve_first()]
    for i in range(1, count):
        await call(port)
        servers.append(await serve_more(port + i))
        await call(port + i)
        await asyncio.sleep(0.2)
    await asyncio.sleep(0.6)


asyncio.run(main())
