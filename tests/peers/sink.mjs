// Takes any HTTP request and says it as a line; answers what the path asks for: /status/503, /json/%7B%22code%22:0%7D,
// /redirect?to=…, anything else 200.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const { method, url, headers } = request;
    console.log(JSON.stringify({ method, url, headers, body }));
    const path = decodeURIComponent(url.split('?')[0]);
    if (path.startsWith('/status/')) response.statusCode = Number(path.slice(8));
    if (path.startsWith('/redirect')) {
      response.statusCode = 302;
      response.setHeader('location', new URL(url, 'http://x').searchParams.get('to'));
    }
    if (response.statusCode === 429) response.setHeader('retry-after', '90');
    response.end(path.startsWith('/json/') ? path.slice(6) : '');
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
