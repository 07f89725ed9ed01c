#!/usr/bin/env python3
"""A wire to a hub that loses answers: lossy.py PORT TO ONE-IN. What is sent arrives; of the answers one in so many
does not, and the connection breaks instead, when the hub has long kept what it acknowledges there."""
import asyncio
import random
import sys


async def carry(reader, writer, loses, end):
	try:
		while chunk := await reader.read(65536):
			if loses and random.randrange(loses) == 0:
				break
			writer.write(chunk)
			await writer.drain()
	except OSError:
		pass
	end()


async def guest(reader, writer):
	try:
		hub_reader, hub_writer = await asyncio.open_connection('127.0.0.1', int(sys.argv[2]))
	except OSError:
		writer.transport.abort()
		return

	def end():
		writer.transport.abort()
		hub_writer.transport.abort()
	await asyncio.gather(carry(reader, hub_writer, 0, end), carry(hub_reader, writer, int(sys.argv[3]), end))


async def main():
	async with await asyncio.start_server(guest, '127.0.0.1', int(sys.argv[1])) as server:
		await server.serve_forever()

random.seed(1)
asyncio.run(main())
