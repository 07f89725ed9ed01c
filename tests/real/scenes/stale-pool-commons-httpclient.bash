# commons-httpclient 3.1 with its pooled manager, released properly, used in bursts
needs java javac nginx /usr/share/java/commons-httpclient.jar /usr/share/java/commons-logging.jar /usr/share/java/commons-codec.jar
root stale-pool '*CommonsPool*' candidates=never-closed

scene() {
	java_class CommonsPool
	nginx_with web <<<'keepalive_timeout 2s; server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client java_program CommonsPool http://127.0.0.1:8080/ 6 8000
	wait_count 5 state close-wait dport = :8080
	ripen 31
	wait_count 3 state established dport = :8080
	until_true 20 at_most 0 state established dport = :8080
	wait_count 3 state close-wait dport = :8080
}
