// Preloaded: a server that is told no address listens on 127.0.0.1 only; there and then, as its port is asked for at once.
const { Server } = require('node:net');

const listen = Server.prototype._listen2;
Server.prototype._listen2 = function (address, port, type, ...more) {
  return address === null ? listen.call(this, '127.0.0.1', port, 4, ...more) : listen.call(this, address, port, type, ...more);
};
