# a throughput test: full buffers, and they move
needs iperf3
healthy

scene() {
	start server iperf3 -s -B 127.0.0.1
	wait_port 5201
	start client nice iperf3 -c 127.0.0.1 -t 60 -b 200M -P 2
	wait_count 3 state established dport = :5201
	ripen 2
}
