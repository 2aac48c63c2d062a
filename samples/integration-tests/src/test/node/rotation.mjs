// A signing key that changes while the server runs, and its JWK Set, which can be out of order.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';

/** A key for ES256 of which the server knows the current state only. */
export class RotatingKey extends ExternalSigningKey {
  #pair;

  constructor() {
    super();
    this.rotate();
  }

  /** Forgets the key for a new one; `named` says whether it has a `kid`. */
  rotate({ named = true } = {}) {
    this.#pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.kid = named ? randomUUID() : undefined;
  }

  keyObject() {
    return this.#pair.publicKey;
  }

  sign(data) {
    return sign('sha256', data, { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' });
  }

  publicJwk() {
    const { kty, crv, x, y } = this.#pair.publicKey.export({ format: 'jwk' });
    return { kty, crv, x, y, kid: this.kid, use: 'sig', alg: 'ES256' };
  }
}

/**
 * `POST /test/keys/rotate` and `/rotate-unnamed` replace the key; `/fail` and `/recover` decide whether the JWK Set is
 * there. Serves the JWK Set itself, as the one of oidc-provider never changes.
 */
export function rotationRoutes(key) {
  let available = true;
  const actions = {
    rotate: () => key.rotate(),
    'rotate-unnamed': () => key.rotate({ named: false }),
    fail: () => { available = false; },
    recover: () => { available = true; },
  };
  return async (ctx, next) => {
    const [, action] = /^\/test\/keys\/([\w-]+)$/.exec(ctx.path) ?? [];
    if (action) {
      ctx.assert(actions[action], 404);
      actions[action]();
      ctx.status = 204;
    } else if (ctx.path === '/jwks') {
      ctx.status = available ? 200 : 503;
      ctx.body = available ? { keys: [key.publicJwk()] } : { error: 'temporarily_unavailable' };
    } else {
      await next();
    }
  };
}
