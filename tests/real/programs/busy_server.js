// Computes for 30 ms, serves for 40 ms, and so on. usage: node busy_server.js PORT
const http = require('http');
http.createServer((request, response) => response.end('ok\n')).listen(Number(process.argv[2]), '127.0.0.1');
setInterval(() => {
  for (const end = Date.now() + 30; Date.now() < end;);
}, 70);
