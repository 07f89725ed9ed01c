# a new Apache HttpClient 4 for each call; only the collector's finalizer closes what it holds, whenever it runs
needs java javac python3 /usr/share/java/httpclient.jar
root never-closed '*ClientPerCall*' candidates=stale-pool

scene() {
	local client_jars=/usr/share/java/httpclient.jar:/usr/share/java/httpcore.jar:/usr/share/java/commons-logging.jar:/usr/share/java/commons-codec.jar
	compiled "$artefacts/ClientPerCall.class" "$programs/ClientPerCall.java" javac -nowarn -cp "$client_jars" -d "$artefacts" "$programs/ClientPerCall.java"
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client java -Xms64m -Xmx64m -Xmn36m -XX:+UseSerialGC -cp "$artefacts:$client_jars" ClientPerCall http://127.0.0.1:8080/ 10
	wait_count 30 state close-wait dport = :8080
	ripen 15
	wait_count 30 state close-wait dport = :8080
}
