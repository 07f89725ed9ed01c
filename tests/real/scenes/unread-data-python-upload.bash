# a server never reads the bodies of its uploads: the clients' data fills its buffers
needs python3 curl
root unread-data '*stuck_upload.py*'

scene() {
	truncate -s 30M "$tmp/body"
	start server python stuck_upload.py 8080
	wait_port 8080
	local i
	for i in $(seq "$(pick 4 9)"); do start "upload$i" curl -s -m 300 --expect100-timeout 0 -T "$tmp/body" http://127.0.0.1:8080/; done
	wait_count 4 state established sport = :8080
	ripen 31
}
