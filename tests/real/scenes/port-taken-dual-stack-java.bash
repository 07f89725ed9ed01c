# a Java server listens on [::], that takes the port on 0.0.0.0 too
needs java javac nginx
root port-taken '*'
victim '*nginx*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	java_class DeadlockedServer
	start old java_program DeadlockedServer 8080
	wait_port 8080
	nginx_config web <<<'server { listen 0.0.0.0:8080; location / { return 200 "hello\n"; } }'
	start supervisor bash -c "while sleep 1; do nginx -e stderr -p $tmp/web -c $tmp/web.conf; done"
	wait_said supervisor 'Address already in use'
}
