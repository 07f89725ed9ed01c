# servers that wait for clients: an idle JVM, nginx, redis, sshd-like sleepers
needs java javac nginx redis-server
healthy

scene() {
	java_class SlowServer
	start jvm java_program SlowServer 8080 100 4
	nginx_with web <<<'server { listen 127.0.0.1:8081; }'
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	wait_port 8080
	wait_port 8081
	wait_port 6379
	ripen 2
}
