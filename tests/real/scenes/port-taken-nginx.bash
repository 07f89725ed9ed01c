# nginx cannot start: a forgotten python3 -m http.server has its port
needs nginx python3
root port-taken '*'
victim '*nginx*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	start old /usr/bin/python3 -m http.server -b 127.0.0.1 -d "$tmp" 8080
	wait_port 8080
	nginx_config web <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	start supervisor bash -c "while sleep 1; do nginx -e stderr -p $tmp/web -c $tmp/web.conf; done"
	wait_said supervisor 'Address already in use'
}
