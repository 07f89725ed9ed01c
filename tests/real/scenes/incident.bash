# the reference incident: http.client leaks all ports, commons-httpclient 3.1 next to it cannot bind
needs python3 java javac /usr/share/java/commons-httpclient.jar /usr/share/java/commons-logging.jar /usr/share/java/commons-codec.jar
root never-closed '*leak.py*' count='state close-wait dport = :8080'
effect ports-exhausted never-closed
victim '*LoginClient*' bind EADDRINUSE

scene() {
	java_class LoginClient
	port_range 20000 20299
	start profiles python api_server.py 8080 --close-silently
	start login python api_server.py 8081
	wait_port 8080
	wait_port 8081
	start leak python leak.py 127.0.0.1 8080 40
	wait_count 300 state close-wait dport = :8080
	start victim java_program LoginClient 127.0.0.1:8081 200
	wait_said victim BindException
	until_true 10 eval '(($(grep -c BindException "$out/log/victim") > 3))'
}
