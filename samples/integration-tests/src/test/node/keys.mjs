// Every key of a run: nothing is stored, nothing is committed.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);
const rsa = () => generate('rsa', { modulusLength: 2048 });
const ec = (namedCurve) => generate('ec', { namedCurve });

async function jwk(kid, use, pair) {
  return { kid, use, ...(await pair).privateKey.export({ format: 'jwk' }) };
}

/** Private JWKs of the server: one for every family of signature, and for encrypted request objects. */
export function serverKeys() {
  return Promise.all([
    jwk('server-rsa', 'sig', rsa()),
    jwk('server-p256', 'sig', ec('P-256')),
    jwk('server-p384', 'sig', ec('P-384')),
    jwk('server-p521', 'sig', ec('P-521')),
    jwk('server-ed25519', 'sig', generate('ed25519')),
    jwk('server-rsa-enc', 'enc', rsa()),
    jwk('server-p256-enc', 'enc', ec('P-256')),
  ]);
}

/** Private JWKs of the clients by key id. RSA keys name no `alg`, so that they serve RS and PS alike. */
export async function clientKeys() {
  const keys = await Promise.all([
    jwk('rsa', 'sig', rsa()),
    jwk('p256', 'sig', ec('P-256')),
    jwk('p384', 'sig', ec('P-384')),
    jwk('p521', 'sig', ec('P-521')),
    jwk('ed25519', 'sig', generate('ed25519')),
    jwk('rsa-enc', 'enc', rsa()),
    jwk('p256-enc', 'enc', ec('P-256')),
    jwk('p384-enc', 'enc', ec('P-384')),
    jwk('p521-enc', 'enc', ec('P-521')),
    jwk('x25519-enc', 'enc', generate('x25519')),
  ]);
  return byKeyId(keys);
}

const byKeyId = (keys) => Object.fromEntries(keys.map((key) => [key.kid, key]));

/** Whom the server trusts to assert who somebody is, and to approve programs. */
export const PARTNER = 'https://partner.example.com';

/** Private JWKs of the partner by key id. */
export async function partnerKeys() {
  const keys = await Promise.all([jwk('partner-p256', 'sig', ec('P-256')), jwk('partner-rsa', 'sig', rsa())]);
  return byKeyId(keys);
}

/** Private keys of the certificates, as `KeyObject`s. */
export async function certificateKeys() {
  const pairs = [rsa(), rsa(), rsa(), ec('P-256'), rsa()];
  const [authority, server, clientRsa, clientEc, selfSigned] = await Promise.all(pairs);
  return {
    authorityKey: authority.privateKey,
    serverKey: server.privateKey,
    clientKeys: { rsa: clientRsa.privateKey, ec: clientEc.privateKey },
    selfSignedKey: selfSigned.privateKey,
  };
}

/** `jwk` without its private members. */
export function publicJwk({ d, p, q, dp, dq, qi, ...rest }) {
  return rest;
}
