# slow downloads: the reader takes 200 kB/s, its window closes and opens again
needs nginx curl
healthy

scene() {
	mkdir -p "$tmp/files" && truncate -s 60M "$tmp/files/big" && chmod -R a+rX "$tmp"
	nginx_with web <<<"server { listen 127.0.0.1:8080; root $tmp/files; }"
	wait_port 8080
	local i
	for i in 1 2 3 4; do start "get$i" curl -s --limit-rate 200k -o /dev/null http://127.0.0.1:8080/big; done
	wait_count 4 state established sport = :8080
	ripen 5
}
