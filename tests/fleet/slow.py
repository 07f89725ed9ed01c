#!/usr/bin/env python3
"""Clients that keep a hub waiting, as many as it takes to be a nuisance, until they are ended: slow.py PORT COUNT KIND
[AUTHORIZATION]. Whoever is sent away comes again.

	headers   a byte of a request's head each second
	body      a batch of 1 MiB but for its last byte, then a byte of nothing each second
	silent    connected, and nothing else
	deaf      asks for /metrics again and again, and never reads
"""
import asyncio
import ctypes
import sys

port, count, kind = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
authorization = f'Authorization: {sys.argv[4]}\r\n' if len(sys.argv) > 4 else ''
LENGTH = 1 << 20


async def drip(writer, bytes_):
	for byte in bytes_:
		writer.write(bytes([byte]))
		await writer.drain()
		await asyncio.sleep(1)


async def annoy(writer):
	head = f'POST /v1/batch HTTP/1.1\r\nHost: hub\r\n{authorization}Content-Length: {LENGTH}\r\n\r\n'.encode()
	if kind == 'headers':
		await drip(writer, head + b'x' * 1000)
	elif kind == 'body':
		writer.write(head + b'UNFB' + bytes(LENGTH - 1000))
		await writer.drain()
		await drip(writer, bytes(999))
	elif kind == 'silent':
		await asyncio.sleep(1000)
	else:
		while True:
			writer.write(b'GET /metrics HTTP/1.1\r\nHost: hub\r\n\r\n' * 100)
			await writer.drain()


async def guest():
	while True:
		try:
			_, writer = await asyncio.open_connection('127.0.0.1', port, limit=1)
			await annoy(writer)
			writer.transport.abort()
		except OSError:
			await asyncio.sleep(0.05)


async def main():
	guests = [asyncio.create_task(guest()) for _ in range(count)]
	await asyncio.sleep(1)
	print('there', flush=True)
	await asyncio.gather(*guests)

ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG: what ends it is the shell that started it
asyncio.run(main())
