# clients have sent their question and shut down their side; the server computes for a minute, and they wait for the answer
needs python3 nc
healthy
allow half-closed

scene() {
	start server python think.py 9000 60
	wait_port 9000
	local i
	for i in $(seq "$(pick 4 9)"); do start "client$i" bash -c 'exec nc -N 127.0.0.1 9000 <<<question'; done
	wait_count 4 state close-wait sport = :9000
	ripen 5
}
