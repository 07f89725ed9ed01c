# a client retried a dead port of its own range until it met itself: now the server cannot bind
needs python3
root port-taken '*'
victim '*rebind.py*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	port_range 8080 8090
	start client python self_connect.py 8082
	wait_count 1 state established sport = :8082
	start new python rebind.py 8082
	wait_said new 'Address already in use'
}
