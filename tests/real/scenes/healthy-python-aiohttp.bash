# aiohttp sessions never closed: asyncio closes what the server has ended by itself
needs python3 python3:aiohttp
healthy

scene() {
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client python aiohttp_sloppy.py http://127.0.0.1:8080/ 4
	wait_count 4 state time-wait
	ripen 6
}
