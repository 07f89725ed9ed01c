// As loop.c, in Node.   usage: loop.js PORT COUNT
const net = require('net');

const [port, count] = process.argv.slice(2).map(Number);
const kept = [];

function server() {
	return net.createServer({ allowHalfOpen: true }, (connection) => {
		connection.resume();
		connection.on('error', () => {});
		kept.push(connection);
	});
}

function call(where) {
	net.connect(where, '127.0.0.1').end().on('error', () => {});
}

function serveFirst() {
	server().listen(port); // here: serveFirst
}

function serveMore(where) {
	server().listen(where, () => call(where)); // here: serveMore
}

let next = 1;

function step() {
	call(port);
	serveMore(port + next++);
	setTimeout(next < count ? step : () => process.exit(), next < count ? 200 : 600);
}

serveFirst();
step();
