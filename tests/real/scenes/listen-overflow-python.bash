# a backlog of 5 is full of patient clients, further ones stay in SYN_SENT to a local listener
needs python3 curl
root listen-overflow '*api_server.py*' candidates=accept-queue
allow accept-queue

scene() {
	start server python api_server.py 8080 --single --delay 300 --backlog 5
	wait_port 8080
	local i
	for i in $(seq 20); do start "client$i" curl -s -m 200 http://127.0.0.1:8080/; done
	wait_count 5 state syn-sent dport = :8080
	ripen 8
}
