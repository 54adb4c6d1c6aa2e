// A mail server: node smtp.mjs CERT KEY. STARTTLS, sign-in as "tongxin" with "geheim"; says each mail that it took as a line.
// busy@… is told to come again, nobody@… is refused for good.
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

const [certificate, key] = process.argv.slice(2);
const server = new SMTPServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  authMethods: ['PLAIN', 'LOGIN'],
  onAuth({ username, password }, session, done) {
    if (username === 'tongxin' && password === 'geheim') done(null, { user: username });
    else done(new Error('wrong user or password'));
  },
  onRcptTo({ address }, session, done) {
    if (address.startsWith('nobody@')) return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
    if (address.startsWith('busy@')) return done(Object.assign(new Error('come again'), { responseCode: 451 }));
    done();
  },
  onData(stream, session, done) {
    let data = '';
    stream.setEncoding('utf8');
    stream.on('data', (part) => (data += part));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      console.log(
        JSON.stringify({
          from: mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user ?? '',
          data,
        }),
      );
      done();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', function () {
  console.log(JSON.stringify({ port: server.server.address().port }));
});
