// An API behind access tokens of every kind: opaque and JWT; bearer, DPoP-bound, certificate-bound.
import { X509Certificate, createHash, randomBytes } from 'node:crypto';
import { EmbeddedJWK, calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose';
import { publicJwk } from './keys.mjs';

class Refusal extends Error {
  constructor(status, error, description) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

const sha256 = (data) => createHash('sha256').update(data).digest('base64url');

/**
 * `GET|POST /resource` takes opaque access tokens, `/resource/jwt` takes JWTs, whose audience is the resource itself.
 * `DELETE` wants the scope `orders:write`. With `nonce`, a DPoP proof without the resource's own nonce is refused.
 */
export function protectedResource(provider, issuer, { nonce, jwks }) {
  const keys = createLocalJWKSet({ keys: jwks.map(publicJwk) });
  const currentNonce = nonce ? randomBytes(16).toString('base64url') : undefined;
  return async (ctx, next) => {
    if (ctx.path !== '/resource' && ctx.path !== '/resource/jwt') {
      await next();
      return;
    }
    const scheme = /^DPoP /i.test(ctx.get('authorization')) ? 'DPoP' : 'Bearer';
    try {
      const value = presentedToken(ctx);
      const token = ctx.path === '/resource' ? await opaque(provider, value) : await signed(issuer, keys, value);
      if (currentNonce) ctx.set('DPoP-Nonce', currentNonce);
      await checkBinding(ctx, scheme, value, token.cnf, currentNonce);
      checkScope(ctx, token.scope);
      ctx.body = { method: ctx.method, scheme, sub: token.sub, client_id: token.client_id, scope: token.scope };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(ctx, scheme, error);
    }
  };
}

function presentedToken(ctx) {
  const [, value] = /^(?:Bearer|DPoP) +([\w~+/.=-]+)$/i.exec(ctx.get('authorization')) ?? [];
  if (!value) {
    throw new Refusal(401);
  }
  return value;
}

async function opaque(provider, value) {
  const token = await provider.AccessToken.find(value) ?? await provider.ClientCredentials.find(value);
  if (!token) {
    throw new Refusal(401, 'invalid_token', 'unknown or expired token');
  }
  return {
    sub: token.accountId ?? token.clientId,
    client_id: token.clientId,
    scope: token.scope,
    cnf: { jkt: token.jkt, 'x5t#S256': token['x5t#S256'] },
  };
}

async function signed(issuer, keys, value) {
  try {
    const options = { issuer, audience: `${issuer}/resource/jwt`, typ: 'at+jwt' };
    const { payload } = await jwtVerify(value, keys, options);
    return { cnf: {}, ...payload };
  } catch (cause) {
    throw new Refusal(401, 'invalid_token', cause.code ?? 'not a JWT');
  }
}

async function checkBinding(ctx, scheme, value, cnf, currentNonce) {
  if (cnf['x5t#S256']) {
    const certificate = ctx.socket.getPeerX509Certificate?.();
    if (!certificate || sha256(new X509Certificate(certificate.raw).raw) !== cnf['x5t#S256']) {
      throw new Refusal(401, 'invalid_token', 'not the certificate of the token');
    }
  }
  if (!cnf.jkt) {
    return;
  }
  if (scheme !== 'DPoP') {
    throw new Refusal(401, 'invalid_token', 'the token is bound to a DPoP key'); // RFC 9449 §7.2
  }
  await checkProof(ctx, value, cnf.jkt, currentNonce);
}

function checkScope(ctx, scope = '') {
  if (ctx.method === 'DELETE' && !scope.split(' ').includes('orders:write')) {
    throw new Refusal(403, 'insufficient_scope', 'orders are deleted with another scope');
  }
}

// RFC 9449 §4.3
async function checkProof(ctx, value, jkt, currentNonce) {
  let proof;
  try {
    proof = await jwtVerify(ctx.get('DPoP'), EmbeddedJWK, { typ: 'dpop+jwt', maxTokenAge: 60, clockTolerance: 5 });
  } catch (cause) {
    throw new Refusal(401, 'invalid_dpop_proof', cause.code ?? 'not a JWT');
  }
  const { payload, protectedHeader } = proof;
  if (currentNonce && payload.nonce !== currentNonce) {
    throw new Refusal(401, 'use_dpop_nonce', 'a nonce of this resource is required');
  }
  const htu = `${ctx.protocol}://${ctx.host}${ctx.req.originalUrl.replace(/\?.*$/, '')}`;
  const expected = { htm: ctx.method, htu, ath: sha256(value) };
  for (const [claim, right] of Object.entries(expected)) {
    if (payload[claim] !== right) {
      throw new Refusal(401, 'invalid_dpop_proof', `${claim} differs`);
    }
  }
  if (await calculateJwkThumbprint(protectedHeader.jwk) !== jkt) {
    throw new Refusal(401, 'invalid_token', 'not the key of the token');
  }
}

function refuse(ctx, scheme, { status, error, message }) {
  const parameters = [`realm="orders"`];
  if (error) parameters.push(`error="${error}"`, `error_description="${message}"`);
  if (error === 'insufficient_scope') parameters.push('scope="orders:write"');
  if (scheme === 'DPoP') parameters.push('algs="ES256 PS256 EdDSA Ed25519"');
  ctx.status = status;
  ctx.set('WWW-Authenticate', `${scheme} ${parameters.join(', ')}`);
  ctx.body = { error };
}
