# a program that keeps its connections to a proxy, which has closed them
needs tinyproxy python3
root never-closed '*proxied_leak.py*' candidates=unread-data count='state close-wait dport = :8888'
innocent '*tinyproxy*'

scene() {
	start api python api_server.py 8080
	wait_port 8080
	printf 'Port 8888\nListen 127.0.0.1\nTimeout 600\nMaxClients 200\nLogLevel Error\n' >"$tmp/tinyproxy.conf"
	start proxy tinyproxy -d -c "$tmp/tinyproxy.conf"
	wait_port 8888
	start leak python proxied_leak.py 8888 http://127.0.0.1:8080/fast "$(pick 2 5)"
	wait_count 10 state close-wait dport = :8888
	ripen 31
}
