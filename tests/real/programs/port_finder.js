// A development server that takes the first free port from 8000 on, as many do; it comes and goes. It expects to be refused.
const http = require('http');
const first = Number(process.argv[2]);

function start(port) {
	const server = http.createServer((request, response) => response.end('ok'));
	server.on('error', () => start(port + 1));
	server.listen(port, () => {
		console.log(`up on ${port}`);
		setTimeout(() => server.close(() => start(first)), 500);
	});
}
start(first);
