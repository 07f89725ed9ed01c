# a development server tries one port after the other until one is free: it expects to be refused, and nobody suffers
needs node
healthy

scene() {
	start held node "$programs/hold_ports.js" 8000 8001 8002
	wait_port 8002
	start finder node "$programs/port_finder.js" 8000
	wait_said finder 'up on 8003'
	ripen 2
}
