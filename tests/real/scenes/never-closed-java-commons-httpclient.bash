# commons-httpclient 3.1 without releaseConnection
needs java javac python3 /usr/share/java/commons-httpclient.jar /usr/share/java/commons-logging.jar /usr/share/java/commons-codec.jar
root never-closed '*CommonsLeak*' count='state close-wait dport = :8080'

scene() {
	java_class CommonsLeak
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak java_program CommonsLeak http://127.0.0.1:8080/ 250
	wait_count 10 state close-wait dport = :8080
	ripen 31
}
