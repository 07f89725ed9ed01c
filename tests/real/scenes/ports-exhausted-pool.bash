# no fault in any program: patient connections to one destination take the whole narrow range, the next client gets no port
needs python3 python3:requests
root ports-exhausted '*'
victim '*churn.py*' connect EADDRNOTAVAIL
steady

scene() {
	port_range 30000 30059
	start server python echo_server.py 9000
	wait_port 9000
	start pool python hold.py 127.0.0.1 9000 60
	wait_count 60 state established dport = :9000
	start client python churn.py http://127.0.0.1:9000/ 4
	wait_said client 'Cannot assign requested address'
}
