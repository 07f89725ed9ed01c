# the service was killed, a helper it had started still holds its listener: the new one cannot bind
needs python3
root port-taken '*'
allow inherited-fd
victim '*rebind.py*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	start old python listener_with_child.py 8080
	wait_port 8080
	until_true 5 grep -q started "$out/log/old"
	kill -KILL "${pids[old]}"
	start new python rebind.py 8080
	until_true 10 grep -q 'Address already in use' "$out/log/new"
}
