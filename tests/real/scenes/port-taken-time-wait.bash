# a server without SO_REUSEADDR restarts: its own TIME_WAIT has the port for a minute
needs python3
root port-taken '*'
victim '*rebind.py*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	start old python api_server.py 8080 --close-silently
	wait_port 8080
	start client python churn.py http://127.0.0.1:8080/ 20
	wait_count 10 state time-wait sport = :8080
	kill "${pids[client]}" "${pids[old]}"
	until_true 5 at_most 0 state listening sport = :8080
	start new python rebind.py 8080
	wait_said new 'Address already in use'
}
