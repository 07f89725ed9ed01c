# a threading socketserver that keeps its sessions after the clients have left
needs python3
root never-closed '*forgetful_server.py*' count='state close-wait sport = :9000'

scene() {
	start server python forgetful_server.py 9000
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 "$(pick 3 8)"
	wait_count 10 state close-wait sport = :9000
	ripen 31
}
