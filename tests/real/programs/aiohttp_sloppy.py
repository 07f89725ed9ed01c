"""aiohttp with a new ClientSession a call and none of them closed. usage: aiohttp_sloppy.py URL PER_SECOND"""
import asyncio
import sys

import aiohttp

kept = []


async def main():
    while True:
        session = aiohttp.ClientSession()
        response = await session.get(sys.argv[1])
        await response.read()
        kept.append(session)
        await asyncio.sleep(1 / float(sys.argv[2]))


asyncio.run(main())
