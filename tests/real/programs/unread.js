// Asks with an http agent and never reads the bodies: the responses stay paused. usage: node unread.js URL PER_SECOND
const http = require('http');
const [url, perSecond] = [process.argv[2], Number(process.argv[3])];
const agent = new http.Agent({ keepAlive: true });
const kept = [];
setInterval(() => {
  http.get(url, { agent }, (response) => kept.push(response)).on('error', (e) => console.log(e.message));
}, 1000 / perSecond);
