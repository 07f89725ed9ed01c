# curl writes into a pipe that nobody reads (curl | less): it can no longer read its connection
needs nginx curl
root unread-data '*curl*' candidates=hung-owner
allow hung-owner peer-stalled
undecidable

scene() {
	mkdir -p "$tmp/files" && truncate -s 60M "$tmp/files/big" && chmod -R a+rX "$tmp"
	nginx_with web <<<"server { listen 127.0.0.1:8080; root $tmp/files; }"
	wait_port 8080
	local i
	for i in 1 2 3 4; do start "pager$i" bash -c 'curl -s -m 300 http://127.0.0.1:8080/big | sleep 300'; done
	wait_count 4 state established sport = :8080
	ripen 20
}
