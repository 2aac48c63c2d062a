// Starts every issuer on free loopback ports, writes one line of JSON that says where, and ends when stdin closes.
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { issueCertificates } from './certificates.mjs';
import { NOTIFICATION_ENDPOINT, POST_LOGOUT_REDIRECT_URIS, REDIRECT_URIS } from './clients.mjs';
import { PARTNER, certificateKeys, clientKeys, partnerKeys, serverKeys } from './keys.mjs';

// stdout belongs to the line of JSON; the notices of oidc-provider about development settings are expected here
const write = process.stdout.write.bind(process.stdout);
const { warn } = console;
console.info = console.warn = (...text) => /^oidc-provider (WARNING|NOTICE)/.test(text[0]) || warn(...text);
console.log = console.error;
const { PROFILES, createIssuer } = await import('./issuers.mjs'); // writes a notice when it is loaded

process.stdin.resume().on('close', () => process.exit(0)); // the starting process is gone

const [jwks, keys, partner, forCertificates] = await Promise.all([
  serverKeys(), clientKeys(), partnerKeys(), certificateKeys(),
]);
const certificates = issueCertificates(forCertificates);

const plain = new Map();
const secure = new Map();
const tlsOptions = { key: certificates.server.key, cert: certificates.server.certificate };
const http = await listen(createHttpServer(serve(plain)));
const https = await listen(createTlsServer(tlsOptions, serve(secure)));
// the JDK presents a certificate only to a server that names its issuer, so the self-signed one is named as well
const acceptable = [certificates.authority, certificates.selfSigned.certificate];
const mtls = await listen(createTlsServer(
  { ...tlsOptions, ca: acceptable, requestCert: true, rejectUnauthorized: false },
  serve(secure),
));

const issuers = {};
for (const profile of PROFILES) {
  const common = { profile, jwks, keys, partnerKeys: partner, certificates };
  issuers[profile] = {
    http: await mount(plain, { ...common, issuer: `http://127.0.0.1:${http}/${profile}` }),
    https: await mount(secure, {
      ...common,
      issuer: `https://127.0.0.1:${https}/${profile}`,
      mtlsOrigin: `https://127.0.0.1:${mtls}`,
    }),
  };
}

write(`${JSON.stringify({
  ready: true,
  ports: { http, https, mtls },
  issuers,
  redirectUris: REDIRECT_URIS,
  postLogoutRedirectUris: POST_LOGOUT_REDIRECT_URIS,
  notificationEndpoint: NOTIFICATION_ENDPOINT,
  clientKeys: keys,
  partner: { issuer: PARTNER, keys: partner },
  certificates: {
    authority: certificates.authority,
    clients: certificates.clients,
    selfSigned: { certificate: certificates.selfSigned.certificate, key: certificates.selfSigned.key },
  },
})}\n`);

async function mount(table, options) {
  const { provider, clients, initialAccessToken } = await createIssuer(options);
  table.set(options.profile, provider.callback());
  return {
    issuer: options.issuer,
    initialAccessToken,
    clients: Object.fromEntries(clients.map((client) => [client.client_id, client])),
  };
}

/** Sends a request to the issuer that its path names; RFC 8414 §3.1 puts the well-known part before that path. */
function serve(table) {
  return (request, response) => {
    const wellKnown = /^(\/\.well-known\/[^/?]+)\/([^/?]+)$/.exec(request.url);
    const [, name, rest] = wellKnown ? [, wellKnown[2], wellKnown[1]] : /^\/([^/?]+)(.*)$/.exec(request.url) ?? [];
    const handle = table.get(name);
    if (!handle) {
      response.writeHead(404).end();
      return;
    }
    request.originalUrl = `/${name}${rest}`;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    handle(request, response);
  };
}

function listen(server) {
  server.keepAliveTimeout = 10 * 60 * 1000; // a client's pooled connection must not close under its next request
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}
