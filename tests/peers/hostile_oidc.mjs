// An identity provider that issues whatever ID token the code asks for ("variant.nonce"), to see what is refused. A line on
// its standard input changes its keys.
import { createServer } from 'node:http';
import { constants, createHmac, KeyObject, sign as signBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';

let keys, published, fetched = 0;
async function newKeys() {
  keys = { rsa: await generateKeyPair('RS256', { extractable: true }), ec: await generateKeyPair('ES256', { extractable: true }) };
  keys.generation = String(Math.random()).slice(2);
  published = {
    keys: [
      { ...(await exportJWK(keys.rsa.publicKey)), kid: `rsa-${keys.generation}`, use: 'sig', alg: 'RS256' },
      { ...(await exportJWK(keys.ec.publicKey)), kid: `ec-${keys.generation}`, use: 'sig', alg: 'ES256' },
      { kty: 'oct', kid: 'secret', k: 'AAAA' },
    ],
  };
}
const stranger = await generateKeyPair('RS256');
await newKeys();
const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

async function token(variant, nonce, issuer) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: 'tongxin', sub: 'he', nonce, iat: now, exp: now + 300 };
  const sign = (key, header) => new SignJWT(claims).setProtectedHeader(header).sign(key);
  const rsa = () => sign(keys.rsa.privateKey, { alg: 'RS256', kid: `rsa-${keys.generation}` });
  switch (variant) {
    case 'es256': return sign(keys.ec.privateKey, { alg: 'ES256', kid: `ec-${keys.generation}` });
    case 'no-kid': return sign(keys.rsa.privateKey, { alg: 'RS256' });
    case 'two-audiences': claims.aud = ['other', 'tongxin']; claims.azp = 'tongxin'; return rsa();
    case 'none': return `${b64({ alg: 'none' })}.${b64(claims)}.`;
    case 'hmac-of-public-key': {
      const head = `${b64({ alg: 'HS256', kid: `rsa-${keys.generation}` })}.${b64(claims)}`;
      return `${head}.${createHmac('sha256', await exportSPKI(keys.rsa.publicKey)).update(head).digest('base64url')}`;
    }
    case 'ps256': {
      const head = `${b64({ alg: 'PS256', kid: `rsa-${keys.generation}` })}.${b64(claims)}`;
      const key = { key: KeyObject.from(keys.rsa.privateKey), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      return `${head}.${signBytes('sha256', Buffer.from(head), key).toString('base64url')}`;
    }
    case 'strangers-key': return sign(stranger.privateKey, { alg: 'RS256', kid: `rsa-${keys.generation}` });
    case 'unknown-key': return sign(stranger.privateKey, { alg: 'RS256', kid: 'nobody' });
    case 'changed': { const [h, , s] = (await rsa()).split('.'); return `${h}.${b64({ ...claims, sub: 'admin' })}.${s}`; }
    case 'other-issuer': claims.iss = 'https://elsewhere.example'; return rsa();
    case 'issuer-with-slash': claims.iss = `${issuer}/`; return rsa();
    case 'other-audience': claims.aud = 'other'; return rsa();
    case 'audience-without-azp': claims.aud = ['tongxin', 'other']; return rsa();
    case 'other-azp': claims.aud = ['tongxin', 'other']; claims.azp = 'other'; return rsa();
    case 'expired': claims.exp = now - 120; return rsa();
    case 'no-exp': delete claims.exp; return rsa();
    case 'from-the-future': claims.iat = now + 600; return rsa();
    case 'old': claims.iat = now - 7200; return rsa();
    case 'other-nonce': claims.nonce = 'another'; return rsa();
    case 'no-nonce': delete claims.nonce; return rsa();
    case 'no-sub': delete claims.sub; return rsa();
    case 'nonsense': return 'a.b.c';
    default: return rsa();
  }
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', async () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const answer = (value, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/openid-configuration')
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      });
    if (request.url === '/keys') return (fetched += 1), answer(published);
    if (request.url === '/fetched') return answer({ fetched });
    const form = new URLSearchParams(body);
    const [variant, nonce] = form.get('code').split('.');
    if (variant === 'refused') return answer({ error: 'invalid_grant' }, 400);
    if (variant === 'broken') return answer('oops', 500);
    answer({ id_token: await token(variant, nonce, issuer), token_type: 'Bearer', access_token: 'x' });
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: server.address().port, issuer: `http://127.0.0.1:${server.address().port}` })),
);
createInterface({ input: process.stdin }).on('line', async () => {
  await newKeys();
  console.log(JSON.stringify({ generation: keys.generation }));
});
