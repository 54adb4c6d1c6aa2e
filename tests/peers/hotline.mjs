// A 12345 platform with one ticket: says as a line what is told to it.
import { createServer } from 'node:http';

const ticket = { id: 'GD-2026-0001', content: '路灯不亮', category: '0305', area: 'QH', address: '清河路 3 号' };
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const told = request.method === 'POST';
    if (told) console.log(JSON.stringify({ url: request.url, body: JSON.parse(body) }));
    const tickets = request.url.includes('after=1') ? [] : [ticket];
    response.writeHead(told ? 204 : 200, { 'content-type': 'application/json' });
    response.end(told ? undefined : JSON.stringify({ tickets, next: '1' }));
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
