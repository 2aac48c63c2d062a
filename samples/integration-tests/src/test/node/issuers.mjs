// The issuers of one process: each profile is one path, over plain HTTP and over TLS.
import { X509Certificate, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { findAccount } from './accounts.mjs';
import { everythingClients, fapiClients, nonceClients, pushedClients, rotationClients } from './clients.mjs';
import { captureNotifications, cibaRoutes } from './ciba.mjs';
import { registerGrants } from './grants.mjs';
import { boundRegistration, softwareStatements } from './registration.mjs';
import { protectedResource } from './resource.mjs';
import { RotatingKey, rotationRoutes } from './rotation.mjs';

const SIGNING = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const HMAC = ['HS256', 'HS384', 'HS512'];
const KEY_ENCRYPTION = [
  'RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512',
  'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW',
  'A128KW', 'A256KW', 'dir',
];
const CONTENT_ENCRYPTION = ['A128CBC-HS256', 'A128GCM', 'A192CBC-HS384', 'A192GCM', 'A256CBC-HS512', 'A256GCM'];
const FAPI = ['PS256', 'ES256', 'EdDSA', 'Ed25519'];

const minutes = (count) => count * 60;

const profiles = {
  everything: ({ keys, certificates, tls }) => ({ clients: everythingClients({ keys, certificates, tls }) }),

  'dpop-nonces': () => ({
    clients: nonceClients(),
    features: { dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true } },
  }),

  'par-only': () => ({
    clients: pushedClients(),
    features: { pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true } },
  }),

  'software-statements': ({ partnerKeys }) => {
    const { policies, ...rest } = softwareStatements(partnerKeys);
    return {
      features: { registration: { enabled: true, initialAccessToken: true, policies } },
      clients: [],
      ...rest,
    };
  },

  'key-rotation': () => {
    const key = new RotatingKey();
    return {
      clients: rotationClients(),
      jwks: { keys: [key] },
      middleware: [rotationRoutes(key)],
      features: { externalSigningSupport: { enabled: true, ack: 'experimental-01' } },
    };
  },

  fapi1: ({ keys, certificates, tls }) => ({
    clients: fapiClients({ keys, certificates, tls, version: 1 }),
    features: {
      fapi: { enabled: true, profile: '1.0 Final' },
      requestObjects: { enabled: true, requireSignedRequestObject: true },
    },
    ...restrictedTo(FAPI, tls),
  }),

  fapi2: ({ keys, certificates, tls }) => ({
    clients: fapiClients({ keys, certificates, tls, version: 2 }),
    features: {
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    ...restrictedTo(FAPI, tls),
  }),
};

export const PROFILES = Object.keys(profiles);

/** The provider that answers at `issuer`; `mtlsOrigin` is where it asks for client certificates. */
export async function createIssuer({ profile, issuer, mtlsOrigin, jwks, keys, partnerKeys, certificates }) {
  const tls = mtlsOrigin !== undefined;
  const { features, middleware = [], ...rest } = profiles[profile]({ keys, partnerKeys, certificates, tls });
  const notifications = new Map();
  const initialAccessToken = randomBytes(32).toString('base64url');
  const base = configuration({ issuer, mtlsOrigin, jwks, initialAccessToken, notifications });
  const provider = new Provider(issuer, { ...base, ...rest, features: { ...base.features, ...features } });
  provider.on('server_error', (ctx, error) => console.error(ctx.method, ctx.path, error));
  provider.use(pollingInterval);
  provider.use(cibaRoutes(provider, notifications));
  const nonce = profile === 'dpop-nonces';
  provider.use(protectedResource(provider, issuer, { jwks, nonce }));
  provider.use(boundRegistration(provider, issuer, { nonce, initialAccessToken }));
  middleware.forEach((it) => provider.use(it));
  if (profile === 'everything') registerGrants(provider, issuer, { partnerKeys });
  const { policies } = features?.registration ?? {};
  return {
    provider,
    clients: rest.clients,
    initialAccessToken: policies ? await guardedToken(provider, Object.keys(policies)) : initialAccessToken,
  };
}

/** An initial access token with which a registration has to follow `policies`. */
function guardedToken(provider, policies) {
  return new provider.InitialAccessToken({ policies }).save();
}

function configuration({ issuer, mtlsOrigin, jwks, initialAccessToken, notifications }) {
  const tls = mtlsOrigin !== undefined;
  return {
    jwks: { keys: jwks },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    findAccount,
    extraTokenClaims: (ctx, token) => token.extra, // what a grant of ours has said
    claims: {
      address: ['address'],
      email: ['email', 'email_verified'],
      phone: ['phone_number', 'phone_number_verified'],
      profile: [
        'birthdate', 'family_name', 'given_name', 'locale', 'name', 'nickname', 'preferred_username', 'updated_at',
        'website', 'zoneinfo',
      ],
    },
    acrValues: ['urn:example:acr:password', 'urn:example:acr:two-factor'],
    scopes: ['openid', 'offline_access'],
    clientAuthMethods: [
      'none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt',
      ...(tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : []),
    ],
    rotateRefreshToken: () => true,
    discovery: tls ? { mtls_endpoint_aliases: aliases(issuer, mtlsOrigin) } : {},
    fetch: captureNotifications(notifications),
    ttl: lifetimes(),
    enabledJWA: algorithms(),
    features: features({ issuer, tls, initialAccessToken }),
  };
}

function features({ issuer, tls, initialAccessToken }) {
  return {
    backchannelLogout: { enabled: true },
    ciba: {
      enabled: true,
      deliveryModes: ['poll', 'ping'],
      processLoginHint: (ctx, hint) => hint,
      processLoginHintToken: (ctx, token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub,
      validateRequestContext: () => {},
      verifyUserCode: () => {},
      triggerAuthenticationDevice: () => {}, // a test route stands in for the person's phone
    },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32) },
    encryption: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    jwtIntrospection: { enabled: true },
    jwtResponseModes: { enabled: true },
    jwtUserinfo: { enabled: true },
    mTLS: {
      enabled: tls,
      certificateBoundAccessTokens: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => peerCertificate(ctx)?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches,
    },
    registration: { enabled: true, initialAccessToken, issueRegistrationAccessToken: true },
    registrationManagement: { enabled: true },
    requestObjects: { enabled: true, requireSignedRequestObject: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (ctx, resource) => ({
        audience: resource,
        scope: 'orders:read orders:write',
        accessTokenTTL: minutes(5),
        accessTokenFormat: resource === `${issuer}/resource/jwt` ? 'jwt' : 'opaque',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
    revocation: { enabled: true },
    richAuthorizationRequests: {
      enabled: true,
      types: { payment_initiation: { validate: () => {} }, account_information: { validate: () => {} } },
      authorizationDetailsForGrantSource: (ctx) => requestedDetails(ctx) ?? ctx.oidc.entities.Grant?.rar,
      authorizationDetailsForAccessToken: (ctx, token, source) => requestedDetails(ctx) ?? source?.rar,
      authorizationDetailsForIntrospection: (ctx, token) => token.rar,
    },
    rpInitiatedLogout: { enabled: true },
  };
}

function requestedDetails(ctx) {
  const { authorization_details: details } = ctx.oidc.params;
  return details === undefined ? undefined : JSON.parse(details);
}

function algorithms() {
  const signing = [
    'idTokenSigningAlgValues', 'requestObjectSigningAlgValues', 'userinfoSigningAlgValues',
    'introspectionSigningAlgValues', 'authorizationSigningAlgValues', 'clientAuthSigningAlgValues',
  ];
  const encrypted = ['idToken', 'requestObject', 'userinfo', 'introspection', 'authorization'];
  return {
    ...Object.fromEntries(signing.map((name) => [name, [...SIGNING, ...HMAC]])),
    ...Object.fromEntries(encrypted.map((name) => [`${name}EncryptionAlgValues`, KEY_ENCRYPTION])),
    ...Object.fromEntries(encrypted.map((name) => [`${name}EncryptionEncValues`, CONTENT_ENCRYPTION])),
    dPoPSigningAlgValues: SIGNING,
  };
}

function restrictedTo(algs, tls) {
  return {
    clientAuthMethods: ['private_key_jwt', ...(tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])],
    enabledJWA: {
      ...algorithms(),
      idTokenSigningAlgValues: algs,
      requestObjectSigningAlgValues: algs,
      authorizationSigningAlgValues: algs,
      clientAuthSigningAlgValues: algs,
      dPoPSigningAlgValues: algs,
    },
  };
}

function lifetimes() {
  return {
    AccessToken: minutes(5),
    AuthorizationCode: minutes(1),
    BackchannelAuthenticationRequest: minutes(5),
    ClientCredentials: minutes(5),
    DeviceCode: minutes(5),
    Grant: minutes(60),
    IdToken: minutes(5),
    Interaction: minutes(10),
    RefreshToken: minutes(60),
    Session: minutes(60),
  };
}

// RFC 8705 §5
function aliases(issuer, mtlsOrigin) {
  const base = mtlsOrigin + new URL(issuer).pathname;
  return {
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/token/revocation`,
    introspection_endpoint: `${base}/token/introspection`,
    pushed_authorization_request_endpoint: `${base}/request`,
    device_authorization_endpoint: `${base}/device/auth`,
    backchannel_authentication_endpoint: `${base}/backchannel`,
    userinfo_endpoint: `${base}/me`,
    registration_endpoint: `${base}/reg`,
  };
}

function peerCertificate(ctx) {
  return ctx.socket.getPeerX509Certificate?.();
}

function certificateSubjectMatches(ctx, property, expected) {
  const certificate = new X509Certificate(peerCertificate(ctx).raw);
  switch (property) {
    case 'tls_client_auth_subject_dn': // RFC 4514 §2.1 reverses the order of the certificate
      return certificate.subject.split('\n').reverse().join(',') === expected;
    case 'tls_client_auth_san_dns':
      return certificate.subjectAltName?.split(', ').includes(`DNS:${expected}`) ?? false;
    default:
      return false;
  }
}

// without an interval the client waits five seconds between polls (RFC 8628 §3.2, CIBA Core §7.3)
async function pollingInterval(ctx, next) {
  await next();
  if (ctx.body?.device_code || ctx.body?.auth_req_id) {
    ctx.body = { ...ctx.body, interval: 1 };
  }
}
