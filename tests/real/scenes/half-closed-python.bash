# legitimate: clients send a question and shut down; the answers come slowly, line by line
needs python3
healthy
root half-closed '*slow_report.py*'

scene() {
	start server python slow_report.py 9000
	wait_port 9000
	local i
	for i in $(seq "$(pick 5 12)"); do start "client$i" bash -c 'exec nc -N 127.0.0.1 9000 <<<report'; done
	wait_count 5 state close-wait sport = :9000
	ripen 5
}
