// Grants that oidc-provider leaves to its user: a partner's assertions (RFC 7523, RFC 7522), token exchange (RFC 8693).
import { createLocalJWKSet, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';
import { PARTNER, publicJwk } from './keys.mjs';
import { samlVerifier } from './saml.mjs';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const SAML_BEARER = 'urn:ietf:params:oauth:grant-type:saml2-bearer';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const SCOPES = ['openid', 'email', 'orders:read'];

/** Teaches `provider` the three grants; `partnerKeys` sign what the partner asserts. */
export function registerGrants(provider, issuer, { partnerKeys }) {
  const verifyJwt = jwtVerifier(issuer, partnerKeys);
  const verifySaml = samlVerifier(issuer, partnerKeys);
  provider.registerGrantType(JWT_BEARER, assertionGrant(provider, verifyJwt), ['assertion', 'scope']);
  provider.registerGrantType(SAML_BEARER, assertionGrant(provider, verifySaml), ['assertion', 'scope']);
  provider.registerGrantType(TOKEN_EXCHANGE, tokenExchange(provider, issuer), [
    'subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type', 'audience',
    'scope',
  ]);
}

// RFC 7523 §3
function jwtVerifier(issuer, partnerKeys) {
  const keys = createLocalJWKSet({ keys: Object.values(partnerKeys).map(publicJwk) });
  return async (assertion) => {
    const { payload } = await jwtVerify(assertion, keys, {
      issuer: PARTNER,
      audience: [issuer, `${issuer}/token`],
      algorithms: ['ES256', 'PS256', 'RS256'],
      requiredClaims: ['sub', 'exp', 'jti'],
    });
    return { subject: payload.sub, id: payload.jti, expiresAt: payload.exp };
  };
}

function assertionGrant(provider, verify) {
  return async (ctx) => {
    const { assertion, scope } = ctx.oidc.params;
    if (!assertion) {
      throw new errors.InvalidRequest('missing assertion');
    }
    let claims;
    try {
      claims = await verify(assertion);
    } catch (cause) {
      throw refusedGrant(`the assertion is refused: ${cause.code ?? cause.message}`);
    }
    if (!await provider.ReplayDetection.unique(PARTNER, claims.id, claims.expiresAt)) {
      throw refusedGrant('the assertion was used before');
    }
    const granted = requestedScope(scope, SCOPES);
    ctx.body = await bearer(provider, ctx, { accountId: claims.subject, scope: granted });
  };
}

/** `invalid_grant` with the reason for the reader of a failed test; oidc-provider keeps its own to itself. */
function refusedGrant(reason) {
  return new errors.CustomOIDCProviderError('invalid_grant', reason);
}

function requestedScope(scope = '', allowed) {
  const wanted = scope.split(' ').filter(Boolean);
  if (!wanted.every((one) => allowed.includes(one))) {
    throw new errors.InvalidScope('more than is allowed', scope);
  }
  return wanted.join(' ');
}

async function bearer(provider, ctx, { accountId, scope, audience, extra }) {
  const { client } = ctx.oidc;
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const token = new provider.AccessToken({ accountId, client, scope, extra, grantId: await grant.save() });
  if (audience) token.aud = audience;
  const value = await token.save();
  return { access_token: value, token_type: token.tokenType, expires_in: token.expiration, scope: scope || undefined };
}

// RFC 8693 §2
function tokenExchange(provider, issuer) {
  return async (ctx) => {
    const { params } = ctx.oidc;
    const subject = await presented(provider, params.subject_token, params.subject_token_type, 'subject_token');
    const actor = params.actor_token === undefined
      ? undefined
      : await presented(provider, params.actor_token, params.actor_token_type, 'actor_token');
    if (params.audience !== undefined && params.audience !== `${issuer}/resource`) {
      throw new errors.InvalidTarget('unknown audience');
    }
    switch (params.requested_token_type ?? ACCESS_TOKEN) {
      case ACCESS_TOKEN:
        ctx.body = {
          ...await bearer(provider, ctx, {
            accountId: subject.accountId,
            scope: requestedScope(params.scope ?? subject.scope, subject.scope.split(' ')),
            audience: params.audience,
            extra: actor ? { act: { sub: actor.accountId } } : undefined,
          }),
          issued_token_type: ACCESS_TOKEN,
        };
        break;
      case ID_TOKEN:
        ctx.body = {
          access_token: await idToken(provider, ctx, subject.accountId),
          token_type: 'N_A', // §2.2.1: what is issued is no access token
          issued_token_type: ID_TOKEN,
        };
        break;
      default:
        throw new errors.InvalidRequest('unknown requested_token_type');
    }
  };
}

async function presented(provider, value, type, name) {
  const token = type === ACCESS_TOKEN ? await provider.AccessToken.find(value) : undefined;
  if (!token?.isValid) {
    throw new errors.InvalidRequest(`${name} is not an access token of this server`); // §2.2.2
  }
  return token;
}

async function idToken(provider, ctx, accountId) {
  const token = new provider.IdToken({ sub: accountId }, { ctx });
  token.scope = 'openid';
  return token.issue({ use: 'idtoken' });
}
