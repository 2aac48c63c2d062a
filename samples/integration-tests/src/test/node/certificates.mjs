// A certificate authority that lives as long as the process. Node has no call that issues X.509 certificates, so the
// few DER structures of RFC 5280 that they need are written here.
import { createPublicKey, randomBytes, sign } from 'node:crypto';

const DAY = 24 * 60 * 60 * 1000;
const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  country: '2.5.4.6',
  basicConstraints: '2.5.29.19',
  subjectAltName: '2.5.29.17',
  sha256WithRsa: '1.2.840.113549.1.1.11',
};

function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  if (body.length < 128) {
    return Buffer.concat([Buffer.from([tag, body.length]), body]);
  }
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts) => der(0x30, ...parts);

function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

// a country is a PrintableString, everything else may be UTF-8 (RFC 5280 appendix A)
function distinguishedName(attributes) {
  return sequence(...attributes.map(([name, value]) =>
    der(0x31, sequence(oid(oids[name]), der(name === 'country' ? 0x13 : 0x0c, Buffer.from(value))))));
}

function utcTime(millis) {
  return der(0x17, Buffer.from(`${new Date(millis).toISOString().replace(/[-:T]|\.\d+/g, '').slice(2)}`));
}

function extension(name, value, critical) {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(oids[name]), ...flag, der(0x04, value));
}

const basicConstraints = () => extension('basicConstraints', sequence(der(0x01, Buffer.from([0xff]))), true);

function subjectAltName({ dns = [], ip = [], uri = [] }) {
  return extension('subjectAltName', sequence(
    ...dns.map((name) => der(0x82, Buffer.from(name))),
    ...uri.map((value) => der(0x86, Buffer.from(value))),
    ...ip.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ), false);
}

/** The PEM of a certificate for `publicKey`, signed by the RSA key `issuerKey`; valid from yesterday for a week. */
function certificate({ subject, issuer, publicKey, issuerKey, extensions }) {
  const algorithm = sequence(oid(oids.sha256WithRsa), der(0x05));
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and no leading zero
  const optional = extensions.length ? [der(0xa3, sequence(...extensions))] : [];
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    distinguishedName(issuer),
    sequence(utcTime(Date.now() - DAY), utcTime(Date.now() + 7 * DAY)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...optional,
  );
  const signature = sign('sha256', toBeSigned, issuerKey);
  const encoded = sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${encoded.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
}

const pem = (privateKey) => privateKey.export({ type: 'pkcs8', format: 'pem' });
const name = (commonName) => [['country', 'FR'], ['organization', 'Interop'], ['commonName', commonName]];

/** A certificate authority and what it issues; `{ certificate, key }` in PEM. */
export function issueCertificates({ authorityKey, serverKey, clientKeys, selfSignedKey }) {
  const authority = name('Interop test authority');
  const issue = (privateKey, commonName, extensions) => ({
    certificate: certificate({
      subject: name(commonName),
      issuer: authority,
      publicKey: createPublicKey(privateKey),
      issuerKey: authorityKey,
      extensions,
    }),
    key: pem(privateKey),
  });
  return {
    authority: certificate({
      subject: authority,
      issuer: authority,
      publicKey: createPublicKey(authorityKey),
      issuerKey: authorityKey,
      extensions: [basicConstraints()],
    }),
    server: issue(serverKey, 'localhost', [subjectAltName({ dns: ['localhost'], ip: ['127.0.0.1'] })]),
    // both key types get one subject: the client is registered by its name, whatever the key
    clients: Object.fromEntries(Object.entries(clientKeys).map(([type, key]) => [
      type, issue(key, 'tls-client', [subjectAltName({ dns: ['tls-client.example.com'] })]),
    ])),
    selfSigned: {
      certificate: certificate({
        subject: name('self-signed-client'),
        issuer: name('self-signed-client'),
        publicKey: createPublicKey(selfSignedKey),
        issuerKey: selfSignedKey,
        extensions: [],
      }),
      key: pem(selfSignedKey),
      jwk: createPublicKey(selfSignedKey).export({ format: 'jwk' }),
    },
    // RFC 4514 §2.1: the last relative distinguished name comes first
    tlsClientSubject: 'CN=tls-client,O=Interop,C=FR',
  };
}

