# clients that are killed in the middle of their requests; the server closes at once
needs python3 nginx curl
healthy

scene() {
	mkdir -p "$tmp/files" && truncate -s 200M "$tmp/files/big" && chmod -R a+rX "$tmp"
	nginx_with web <<<"server { listen 127.0.0.1:8080; root $tmp/files; }"
	wait_port 8080
	start clients bash -c 'while true; do timeout -s KILL 0.5 curl -s --limit-rate 1M -o /dev/null http://127.0.0.1:8080/big; done'
	ripen 5
}
