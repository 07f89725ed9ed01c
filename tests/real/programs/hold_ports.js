// Servers on all the ports that are named, in one process. usage: hold_ports.js PORT...
const http = require('http');
for (const port of process.argv.slice(2))
	http.createServer((request, response) => response.end('ok')).listen(Number(port));
