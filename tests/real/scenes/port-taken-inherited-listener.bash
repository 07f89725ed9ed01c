# the service was killed, a helper it had started still holds its listener: the new one cannot bind
needs python3
root port-taken '*'
allow inherited-fd
victim '*rebind.py*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	start old python listener_with_child.py 8080
	wait_port 8080
	wait_said old started
	kill -KILL "${pids[old]}"
	start new python rebind.py 8080
	wait_said new 'Address already in use'
}
