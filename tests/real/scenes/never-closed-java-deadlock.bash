# two locks in both orders: the handlers hold their connections for ever, the acceptor goes on
needs java javac python3
root never-closed '*DeadlockedServer*' candidates=hung-owner,slow-handler

scene() {
	java_class DeadlockedServer
	start server java_program DeadlockedServer 9000
	wait_port 9000
	start clients python impatient.py http://127.0.0.1:9000/ 3 1
	wait_count 10 state close-wait sport = :9000
	ripen 61 # work of half a minute would look the same
}
