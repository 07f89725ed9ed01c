# workers of a beanstalkd that wait for a job
needs beanstalkd python3
healthy

scene() {
	start queue beanstalkd -l 127.0.0.1 -p 11300
	wait_port 11300
	start workers python subscribe.py 11300 25 reserve
	wait_count 25 state established sport = :11300
	ripen 10
}
