#!/usr/bin/python3
"""Ill-behaved clients of an HTTP server, and what a scrape feels of them.

crowd.py HOST:PORT PID CLIENTS SECONDS -> one line of JSON: how long scrapes took in ms, how many failed, and the memory of the
server before and at its most. A quarter of the clients say nothing, a quarter send a byte now and then, a quarter ask for much and
never read, a quarter send broken requests or ones of 64 KB. Those that are thrown out come again.
"""
import json, multiprocessing, random, resource, selectors, socket, sys, time

BROKEN = [b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0\xff\0" * 50 + b"\r\n\r\n", b"GET /%00%zz?%=&&=% HTTP/1.1\r\nHost: x\r\n\r\n",
	b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
	b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"GET / HTTP/1.1\r\nHost: " + b"h" * 65536 + b"\r\n\r\n",
	b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 11000 + b"\r\n"]
GREEDY = b"GET /api/v1/list?limit=20000 HTTP/1.1\r\nHost: localhost\r\n\r\n"


def memory_kb(pid, what):
	for line in open("/proc/%d/status" % pid):
		if line.startswith(what + ":"):
			return int(line.split()[1])


class Crowd:
	def __init__(self, address, clients):
		self.address, self.clients = address, clients
		self.waiting = selectors.DefaultSelector()
		self.order = random.Random(7)

	def come(self, kind):
		client = socket.socket()
		client.setblocking(False)
		client.connect_ex(self.address)
		self.waiting.register(client, selectors.EVENT_READ if kind != "greedy" else selectors.EVENT_WRITE, kind)
		return client

	def act(self, client, kind):
		try:
			if kind == "slow":
				client.send(b"G" if self.order.random() < .5 else b"GET / HTTP/1.1\r\nX-" )
			elif kind == "greedy":
				client.send(GREEDY)
			elif kind == "broken":
				client.send(self.order.choice(BROKEN))
		except (BlockingIOError, BrokenPipeError, ConnectionError):
			pass

	def again(self, client, kind):
		self.waiting.unregister(client)
		client.close()
		return self.come(kind)

	def run(self):
		kinds = ["idle", "slow", "greedy", "broken"]
		present = [(self.come(kinds[i % 4]), kinds[i % 4]) for i in range(self.clients)]
		while True:
			for client, kind in self.order.sample(present, min(200, len(present))):
				if client.fileno() >= 0:
					self.act(client, kind)
			for key, _ in self.waiting.select(.02):
				if key.data == "greedy":
					self.waiting.modify(key.fileobj, selectors.EVENT_READ, "asked")
					self.act(key.fileobj, "greedy")
				elif key.data != "asked":
					try:
						gone = not key.fileobj.recv(65536)
					except BlockingIOError:
						continue
					except OSError:
						gone = True
					if gone:
						new = self.again(key.fileobj, key.data)
						present[self.order.randrange(len(present))] = (new, key.data)


def scrape(address):
	began = time.monotonic()
	with socket.create_connection(address, 5) as s:
		s.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		got = b""
		while piece := s.recv(65536):
			got += piece
	if not got.startswith(b"HTTP/1.1 200") or b"unfin_series_dropped_total" not in got:
		raise ConnectionError("no metrics")
	return (time.monotonic() - began) * 1e3


def main():
	host, port = sys.argv[1].rsplit(":", 1)
	address, pid, clients, seconds = (host, int(port)), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
	resource.setrlimit(resource.RLIMIT_NOFILE, (clients + 1000,) * 2)
	scrape(address)
	before = memory_kb(pid, "VmRSS")
	crowd = multiprocessing.Process(target=Crowd(address, clients).run, daemon=True)  # its own: it must not slow the scrapes
	crowd.start()
	took, failed, end, most = [], 0, time.monotonic() + seconds, before
	while time.monotonic() < end:
		try:
			took.append(scrape(address))
		except OSError:
			failed += 1
		most = max(most, memory_kb(pid, "VmRSS"))
		time.sleep(.02)
	crowd.terminate()
	crowd.join()
	took.sort()
	at = lambda share: round(took[min(len(took) - 1, int(len(took) * share))], 2) if took else None
	print(json.dumps({"scrapes": len(took), "failed": failed, "p50_ms": at(.5), "p99_ms": at(.99), "most_ms": at(1),
		"memory_before_kb": before, "memory_most_kb": most}))


main()
