// Answers quickly, but /spin computes for ever. usage: node spin_server.js PORT
const http = require('http');
http.createServer((request, response) => {
  let n = 1;
  while (request.url === '/spin') n = (n * 48271) % 2147483647;
  response.end('ok\n');
}).listen(Number(process.argv[2]), '127.0.0.1');
