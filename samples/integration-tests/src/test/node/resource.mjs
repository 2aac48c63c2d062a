// An API behind access tokens of every kind: opaque and JWT; bearer, DPoP-bound, certificate-bound.
import { X509Certificate, randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { publicJwk } from './keys.mjs';
import { Refusal, checkProof, presentedToken, refuse, sha256 } from './proof.mjs';

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
      const { value } = presentedToken(ctx);
      const token = ctx.path === '/resource' ? await opaque(provider, value) : await signed(issuer, keys, value);
      if (currentNonce) ctx.set('DPoP-Nonce', currentNonce);
      await checkBinding(provider, ctx, scheme, { value, cnf: token.cnf, nonce: currentNonce });
      checkScope(ctx, token.scope);
      ctx.body = { method: ctx.method, scheme, sub: token.sub, client_id: token.client_id, scope: token.scope };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(ctx, scheme, error, error.error === 'insufficient_scope' ? ['scope="orders:write"'] : []);
    }
  };
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

async function checkBinding(provider, ctx, scheme, { value, cnf, nonce }) {
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
  await checkProof(provider, ctx, { value, jkt: cnf.jkt, nonce });
}

function checkScope(ctx, scope = '') {
  if (ctx.method === 'DELETE' && !scope.split(' ').includes('orders:write')) {
    throw new Refusal(403, 'insufficient_scope', 'orders are deleted with another scope');
  }
}
