// The registered clients, by a name that says what is special about each. Any other is registered by the test itself.
import { randomBytes } from 'node:crypto';
import { JWT_BEARER, SAML_BEARER, TOKEN_EXCHANGE } from './grants.mjs';
import { publicJwk } from './keys.mjs';

export const REDIRECT_URIS = ['https://rp.example.com/callback', 'https://rp.example.com/callback/second'];
export const POST_LOGOUT_REDIRECT_URIS = ['https://rp.example.com/signed-out'];
export const NOTIFICATION_ENDPOINT = 'https://rp.example.com/ciba/notification';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const SIGNING = ['rsa', 'p256', 'p384', 'p521', 'ed25519'];
const EVERY_FAMILY = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

const HYBRID = { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token', 'code'] };
const ES256_ONLY = Object.fromEntries(['id_token', 'authorization', 'introspection'].map((name) =>
  [`${name}_signed_response_alg`, 'ES256']));

const secret = () => randomBytes(64).toString('base64url'); // 64 bytes and more: enough for HS512

function withSignIn(metadata) {
  return {
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: REDIRECT_URIS,
    post_logout_redirect_uris: POST_LOGOUT_REDIRECT_URIS,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...metadata,
  };
}

function withoutSignIn(metadata) {
  return {
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: [],
    response_types: [],
    ...metadata,
  };
}

function named(clients) {
  return Object.entries(clients).map(([id, metadata]) => {
    const needsSecret = /client_secret/.test(metadata.token_endpoint_auth_method)
      || /^HS/.test(metadata.id_token_signed_response_alg ?? '');
    return { client_id: id, client_secret: needsSecret ? secret() : undefined, ...metadata };
  });
}

/** Clients of the issuers that allow everything. */
export function everythingClients({ keys, certificates, tls }) {
  const jwks = (...ids) => ({ keys: ids.map((id) => publicJwk(keys[id])) });
  return named({
    public: withSignIn({ token_endpoint_auth_method: 'none' }),
    basic: withSignIn({}),
    post: withSignIn({ token_endpoint_auth_method: 'client_secret_post' }),
    // needs the form encoding of RFC 6749 §2.3.1 before base64
    'special:characters %+': withSignIn({ client_secret: `${secret()} :%+&=/?~` }),
    'secret-jwt': withSignIn({ token_endpoint_auth_method: 'client_secret_jwt' }),
    'private-key-jwt': withSignIn({ token_endpoint_auth_method: 'private_key_jwt', jwks: jwks(...SIGNING) }),

    service: withoutSignIn({ grant_types: ['client_credentials'] }),
    assertions: withoutSignIn({ grant_types: [JWT_BEARER, SAML_BEARER] }),
    exchange: withSignIn({ grant_types: ['authorization_code', TOKEN_EXCHANGE] }),
    device: withoutSignIn({ token_endpoint_auth_method: 'none', grant_types: [DEVICE, 'refresh_token'] }),
    ciba: withoutSignIn({ grant_types: [CIBA, 'refresh_token'], backchannel_token_delivery_mode: 'poll' }),
    'ciba-ping': withoutSignIn({
      grant_types: [CIBA],
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: NOTIFICATION_ENDPOINT,
    }),

    hybrid: withSignIn(HYBRID),
    ...forEveryFamily('hybrid', (alg) => withSignIn({ ...HYBRID, id_token_signed_response_alg: alg })),
    implicit: withSignIn({ grant_types: ['implicit'], response_types: ['id_token'] }),
    jarm: withSignIn({ authorization_signed_response_alg: 'ES256' }),
    ...forEveryFamily('jarm', (alg) => withSignIn({ authorization_signed_response_alg: alg })),
    'jarm-encrypted': withSignIn({
      authorization_signed_response_alg: 'PS256',
      authorization_encrypted_response_alg: 'RSA-OAEP-256',
      authorization_encrypted_response_enc: 'A256GCM',
      jwks: jwks('rsa-enc'),
    }),
    'jarm-encrypted-ecdh': withSignIn({
      authorization_signed_response_alg: 'ES256',
      authorization_encrypted_response_alg: 'ECDH-ES+A256KW',
      authorization_encrypted_response_enc: 'A128CBC-HS256',
      jwks: jwks('p256-enc'),
    }),
    jar: withSignIn({ require_signed_request_object: true, jwks: jwks(...SIGNING) }),
    par: withSignIn({ require_pushed_authorization_requests: true }),
    dpop: withSignIn({ dpop_bound_access_tokens: true }),
    rar: withSignIn({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      authorization_details_types: ['payment_initiation', 'account_information'],
    }),

    ...idTokenClients(jwks),
    'userinfo-signed': withSignIn({ userinfo_signed_response_alg: 'ES256' }),
    ...forEveryFamily('userinfo', (alg) => withSignIn({ userinfo_signed_response_alg: alg })),
    'userinfo-encrypted': withSignIn({
      userinfo_signed_response_alg: 'PS256',
      userinfo_encrypted_response_alg: 'ECDH-ES+A256KW',
      userinfo_encrypted_response_enc: 'A256GCM',
      jwks: jwks('p256-enc'),
    }),
    'introspection-signed': withoutSignIn({
      grant_types: ['client_credentials'],
      introspection_signed_response_alg: 'RS256',
    }),
    ...forEveryFamily('introspection', (alg) =>
      withoutSignIn({ grant_types: ['client_credentials'], introspection_signed_response_alg: alg })),
    'introspection-encrypted': withoutSignIn({
      grant_types: ['client_credentials'],
      introspection_signed_response_alg: 'PS256',
      introspection_encrypted_response_alg: 'ECDH-ES',
      introspection_encrypted_response_enc: 'A256GCM',
      jwks: jwks('p256-enc'),
    }),
    ...(tls ? tlsClients(certificates) : {}),
  });
}

/** One client for each family of signature: `{name}-rs256` and so on. */
function forEveryFamily(name, metadata) {
  return Object.fromEntries(EVERY_FAMILY.map((alg) => [`${name}-${alg.toLowerCase()}`, metadata(alg)]));
}

function idTokenClients(jwks) {
  const algorithms = [
    'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519',
    'HS256', 'HS384', 'HS512',
  ];
  const encryptions = {
    'rsa-oaep': ['rsa-enc', 'RSA-OAEP', 'A128CBC-HS256'],
    'rsa-oaep-256': ['rsa-enc', 'RSA-OAEP-256', 'A256GCM'],
    'ecdh-p256': ['p256-enc', 'ECDH-ES', 'A128GCM'],
    'ecdh-p384': ['p384-enc', 'ECDH-ES+A128KW', 'A192CBC-HS384'],
    'ecdh-p521': ['p521-enc', 'ECDH-ES+A192KW', 'A192GCM'],
    'ecdh-x25519': ['x25519-enc', 'ECDH-ES+A256KW', 'A256CBC-HS512'],
  };
  return {
    ...Object.fromEntries(algorithms.map((alg) =>
      [`id-token-${alg.toLowerCase()}`, withSignIn({ id_token_signed_response_alg: alg })])),
    ...Object.fromEntries(Object.entries(encryptions).map(([id, [key, alg, enc]]) =>
      [`id-token-${id}`, withSignIn({
        id_token_encrypted_response_alg: alg,
        id_token_encrypted_response_enc: enc,
        jwks: jwks(key),
      })])),
  };
}

function tlsClients({ tlsClientSubject, selfSigned }) {
  const x5c = selfSigned.certificate.replace(/-----[^-]+-----|\s/g, '');
  return {
    tls: withSignIn({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: tlsClientSubject,
      tls_client_certificate_bound_access_tokens: true,
    }),
    'tls-self-signed': withSignIn({
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      tls_client_certificate_bound_access_tokens: true,
      jwks: { keys: [{ ...selfSigned.jwk, x5c: [x5c] }] },
    }),
    // a certificate binds the token of a client that authenticates without it
    'tls-bound': withSignIn({ tls_client_certificate_bound_access_tokens: true }),
  };
}

/** Clients of an issuer that demands DPoP nonces. */
export function nonceClients() {
  return named({
    public: withSignIn({ token_endpoint_auth_method: 'none', dpop_bound_access_tokens: true }),
    basic: withSignIn({ dpop_bound_access_tokens: true }),
    service: withoutSignIn({ grant_types: ['client_credentials'], dpop_bound_access_tokens: true }),
  });
}

/** Clients of an issuer that has one key, for ES256, and changes it. */
export function rotationClients() {
  return named({ public: withSignIn({ token_endpoint_auth_method: 'none', ...ES256_ONLY }) });
}

/** Clients of an issuer that demands pushed requests. */
export function pushedClients() {
  return named({ public: withSignIn({ token_endpoint_auth_method: 'none' }), basic: withSignIn({}) });
}

/** Clients of the FAPI issuers: asymmetric authentication, sender-constrained tokens. */
export function fapiClients({ keys, certificates, tls, version }) {
  const common = {
    id_token_signed_response_alg: 'PS256',
    authorization_signed_response_alg: 'PS256',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: SIGNING.map((id) => publicJwk(keys[id])) },
    ...(version === 1
      ? { ...HYBRID, grant_types: [...HYBRID.grant_types, 'refresh_token'] }
      : {}),
  };
  const certificate = {
    ...common,
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: certificates.tlsClientSubject,
    tls_client_certificate_bound_access_tokens: true,
  };
  return named({
    ...(version === 1
      ? { 'private-key-jwt': withSignIn({ ...common, tls_client_certificate_bound_access_tokens: tls }) }
      : { 'private-key-jwt': withSignIn({ ...common, dpop_bound_access_tokens: true }) }),
    ...(tls ? { tls: withSignIn(certificate) } : {}),
  });
}
