# nginx's workers may open 30 files, and more patient clients than that are there
needs nginx python3
root fd-limit '*nginx*'
effect accept-queue fd-limit
effect listen-overflow fd-limit

scene() {
	nginx_config web 1 <<<'server { listen 127.0.0.1:8080; keepalive_timeout 300s; location / { return 200 "hello\n"; } }'
	start web bash -c "ulimit -n 30; exec nginx -e stderr -p $tmp/web -c $tmp/web.conf"
	wait_port 8080
	start clients python stalled_reader.py 127.0.0.1 8080 60
	wait_count 60 state established dport = :8080
	ripen 4
}
