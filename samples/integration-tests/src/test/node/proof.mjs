// What a server checks of a DPoP proof (RFC 9449 §4.3), for every endpoint that oidc-provider does not guard itself.
import { createHash } from 'node:crypto';
import { EmbeddedJWK, calculateJwkThumbprint, jwtVerify } from 'jose';

const MAX_AGE = 60;

/** What is wrong with a request that an access token authorizes; `refuse` says it in the answer. */
export class Refusal extends Error {
  constructor(status, error, description) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

export const sha256 = (data) => createHash('sha256').update(data).digest('base64url');

/** The scheme and the access token of the request. */
export function presentedToken(ctx) {
  const [, scheme, value] = /^(Bearer|DPoP) +([\w~+/.=-]+)$/i.exec(ctx.get('authorization')) ?? [];
  if (!value) {
    throw new Refusal(401);
  }
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', value };
}

/** Refuses a request whose proof is not one for it, for the token `value`, and by the key of the thumbprint `jkt`. */
export async function checkProof(provider, ctx, { value, jkt, nonce }) {
  let proof;
  try {
    proof = await jwtVerify(ctx.get('DPoP'), EmbeddedJWK, {
      typ: 'dpop+jwt', maxTokenAge: MAX_AGE, clockTolerance: 5, requiredClaims: ['jti'],
    });
  } catch (cause) {
    throw new Refusal(401, 'invalid_dpop_proof', cause.code ?? 'not a JWT');
  }
  const { payload, protectedHeader } = proof;
  if (nonce && payload.nonce !== nonce) {
    throw new Refusal(401, 'use_dpop_nonce', 'a nonce of this resource is required');
  }
  const htu = `${ctx.protocol}://${ctx.host}${ctx.req.originalUrl.replace(/\?.*$/, '')}`;
  const expected = { htm: ctx.method, htu, ath: sha256(value) };
  for (const [claim, right] of Object.entries(expected)) {
    if (payload[claim] !== right) {
      throw new Refusal(401, 'invalid_dpop_proof', `${claim} differs`);
    }
  }
  const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk);
  if (thumbprint !== jkt) {
    throw new Refusal(401, 'invalid_token', 'not the key of the token');
  }
  if (!await provider.ReplayDetection.unique(thumbprint, payload.jti, payload.iat + 2 * MAX_AGE)) {
    throw new Refusal(401, 'invalid_dpop_proof', 'the proof was used before');
  }
}

/** Answers with the challenge of RFC 6750 §3 or RFC 9449 §7.1; `extra` are more of its parameters. */
export function refuse(ctx, scheme, { status, error, message }, extra = []) {
  const parameters = ['realm="orders"'];
  if (error) parameters.push(`error="${error}"`, `error_description="${message}"`);
  parameters.push(...extra);
  if (scheme === 'DPoP') parameters.push('algs="ES256 PS256 EdDSA Ed25519"');
  ctx.status = status;
  ctx.set('WWW-Authenticate', `${scheme} ${parameters.join(', ')}`);
  ctx.body = { error };
}
