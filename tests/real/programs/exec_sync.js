// Every request runs a command and waits for it, and everybody waits with it. usage: node exec_sync.js PORT
const http = require('http');
const { execFileSync } = require('child_process');
http.createServer((request, response) => {
  execFileSync('sleep', ['200']);
  response.end('done\n');
}).listen(Number(process.argv[2]), '127.0.0.1');
