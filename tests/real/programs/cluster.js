// usage: node cluster.js PORT WORKERS
const cluster = require('cluster');
const http = require('http');
if (cluster.isPrimary) {
  for (let i = 0; i < Number(process.argv[3]); i++) cluster.fork();
} else {
  http.createServer((request, response) => response.end('ok\n')).listen(Number(process.argv[2]), '127.0.0.1');
}
