# a worker keeps each socket that was refused: in no list of connections, and a descriptor each
needs python3
root fd-limit '*refused.py*' says='never connected'
allow unexplained-failure

scene() {
	start worker python refused.py 5672 30 "$(pick 100 200)"
	wait_said worker 'Too many open files'
}
