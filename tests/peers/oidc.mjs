// An identity provider (npm oidc-provider): node oidc.mjs CALLBACK BACK_TO. It keeps everything in memory, lets anybody in
// whose name is an account below without a password, and changes its signing keys when a line comes on its standard input.
import { createInterface } from 'node:readline';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

console.info = console.warn = console.error; // its advice for production is no line of ours

const [callback, backTo] = process.argv.slice(2);
const people = {
  he: { name: '何书记', employee_number: 'S-HE', groups: ['secretaries'] },
  new: { name: '新来的', employee_number: 'S-NEW', groups: ['grid', 'other'] },
  stranger: { name: '陌生人', employee_number: 'S-NOBODY', groups: [] },
};
let generation = 0;
const newKey = (kind) => {
  const { privateKey } =
    kind === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const alg = kind === 'RSA' ? 'RS256' : 'ES256';
  return { ...privateKey.export({ format: 'jwk' }), kid: `${kind}-${generation}`, use: 'sig', alg };
};
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const port = server.address().port;
  const issuer = `http://127.0.0.1:${port}`;
  const make = () => {
    generation += 1;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'tongxin',
          client_secret: 'a-long-client-secret-of-the-tests',
          redirect_uris: [callback],
          post_logout_redirect_uris: [backTo],
          id_token_signed_response_alg: generation % 2 ? 'RS256' : 'ES256',
        },
      ],
      jwks: { keys: [newKey('RSA'), newKey('EC')] },
      cookies: { keys: ['cookies of the tests'] },
      claims: { openid: ['sub'], profile: ['name', 'employee_number', 'groups'] },
      pkce: { required: () => true },
      conformIdTokenClaims: true,
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (ctx, id) =>
        people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
    });
    server.removeAllListeners('request');
    server.on('request', provider.callback());
  };
  make();
  console.log(JSON.stringify({ port, issuer }));
  createInterface({ input: process.stdin }).on('line', () => {
    make();
    console.log(JSON.stringify({ generation }));
  });
});
