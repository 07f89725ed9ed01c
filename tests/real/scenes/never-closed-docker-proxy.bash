# the server behind docker-proxy never closes; the proxy has passed the clients' end on, and holds most of the CLOSE-WAITs
needs docker-proxy python3
root never-closed '*forgetful_server.py*' count='state close-wait sport = :8200'
innocent '*docker-proxy*'
effect ports-exhausted never-closed
effect fd-limit never-closed

scene() {
	start app python forgetful_server.py 8200
	wait_port 8200
	start proxy bash -c 'exec docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port 8100 -container-ip 127.0.0.1 -container-port 8200 3>/dev/null'
	wait_port 8100
	start clients python line_client.py 127.0.0.1 8100 "$(pick 4 9)"
	wait_count 30 state close-wait sport = :8100
	wait_count 30 state close-wait sport = :8200
	ripen 10
}
