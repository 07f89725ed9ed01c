// A small test suite: each test fetches, and one of them may forget to close.   usage: suite.js PORT leak|clean
const net = require('net');
const [port, how] = process.argv.slice(2);
const kept = [];

function fetchAll(whenRead) {
	const s = net.connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true }); // here: fetchAll
	s.on('end', () => whenRead(s));
	s.resume();
	s.write('GET / HTTP/1.1\r\n\r\n');
}

// What opens at once is told of before it is known where Node keeps its frames.
setTimeout(() => fetchAll((first) => {
	first.end();
	fetchAll((s) => {
		if (how === 'clean')
			return s.end();
		kept.push(s);
		setTimeout(() => process.exit(0), 500);
	});
}), 1500);
