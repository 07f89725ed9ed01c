# server-sent events: connections that last for ever and carry a line now and then
needs python3
healthy

scene() {
	start server python ticker.py 127.0.0.1 9000
	wait_port 9000
	local i
	for i in $(seq "$(pick 6 15)"); do start "listener$i" curl -s -N -m 300 --http0.9 http://127.0.0.1:9000/; done
	wait_count 6 state established sport = :9000
	ripen 4
}
