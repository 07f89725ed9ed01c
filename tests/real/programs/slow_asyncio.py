"""asyncio: reads a line, awaits something slow, answers, closes. usage: slow_asyncio.py PORT SECONDS"""
import asyncio
import sys


async def serve(reader, writer):
    try:
        await reader.readline()
        await asyncio.sleep(float(sys.argv[2]))
        writer.write(b"late\n")
        await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
