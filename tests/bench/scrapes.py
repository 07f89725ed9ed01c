#!/usr/bin/python3
"""scrapes.py COUNT NAME:PID:PORT... -> a line of JSON each: what a scrape takes (ms) and costs (processor ms), and the memory. By turns,
so that what else the machine does meets all alike."""
import json, os, sys, time, urllib.request


def cpu_ms(pid):
	fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
	return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def rss_kb(pid, what):
	return next(int(line.split()[1]) for line in open("/proc/%d/status" % pid) if line.startswith(what))


def main():
	count, servers = int(sys.argv[1]), [(n, int(p), int(port)) for n, p, port in (a.split(":") for a in sys.argv[2:])]
	took = {name: [] for name, _, _ in servers}
	size = {}
	for name, _, port in servers:
		urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port).read()
	before = {name: cpu_ms(pid) for name, pid, _ in servers}
	for _ in range(count):
		for name, _, port in servers:
			began = time.monotonic()
			size[name] = len(urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port).read())
			took[name].append((time.monotonic() - began) * 1e3)
	for name, pid, _ in servers:
		t = sorted(took[name])
		print(json.dumps({"server": name, "p50_ms": round(t[len(t) // 2], 2), "p99_ms": round(t[len(t) * 99 // 100], 2),
			"cpu_ms_a_scrape": round((cpu_ms(pid) - before[name]) / count, 3), "rss_mb": round(rss_kb(pid, "VmRSS") / 1024, 1), "bytes": size[name]}))


main()
