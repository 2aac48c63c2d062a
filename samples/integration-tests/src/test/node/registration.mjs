// What a server may demand of a registration (RFC 7591): a DPoP-bound initial access token, a software statement.
import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';
import { PARTNER, publicJwk } from './keys.mjs';
import { Refusal, checkProof, presentedToken, refuse } from './proof.mjs';

/**
 * At `POST /reg` takes, beside the ordinary initial access token, a DPoP-bound access token of the server for the
 * resource `/reg`, with its proof. With `nonce`, a proof without the endpoint's own nonce is refused.
 */
export function boundRegistration(provider, issuer, { nonce, initialAccessToken }) {
  const currentNonce = nonce ? randomBytes(16).toString('base64url') : undefined;
  return async (ctx, next) => {
    if (ctx.path !== '/reg' || !/^DPoP /i.test(ctx.get('authorization'))) {
      await next();
      return;
    }
    try {
      if (currentNonce) ctx.set('DPoP-Nonce', currentNonce);
      const { value } = presentedToken(ctx);
      const token = await provider.ClientCredentials.find(value);
      if (token?.aud !== `${issuer}/reg` || !token.jkt) {
        throw new Refusal(401, 'invalid_token', 'no bound token for registrations');
      }
      await checkProof(provider, ctx, { value, jkt: token.jkt, nonce: currentNonce });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(ctx, 'DPoP', error);
      return;
    }
    ctx.req.headers.authorization = `Bearer ${initialAccessToken}`;
    await next();
  };
}

/** The one program whose statements are approved. */
const APPROVED_SOFTWARE = 'approved-software';

const MEMBERS = ['software_id', 'software_version', 'software_statement'];

/**
 * Settings of an issuer that registers nobody without a software statement of the partner; what stands in it wins over
 * what the request says (RFC 7591 §2.3).
 */
export function softwareStatements(partnerKeys) {
  const keys = createLocalJWKSet({ keys: Object.values(partnerKeys).map(publicJwk) });
  return {
    extraClientMetadata: { properties: MEMBERS },
    policies: {
      'software-statement': async (ctx, properties) => {
        const claims = await verified(keys, properties.software_statement);
        if (claims.software_id !== APPROVED_SOFTWARE) {
          throw new errors.UnapprovedSoftwareStatement('not an approved program');
        }
        Object.assign(properties, claims);
      },
    },
  };
}

async function verified(keys, statement) {
  if (typeof statement !== 'string') {
    throw new errors.InvalidSoftwareStatement('a software statement is required');
  }
  try {
    const options = { issuer: PARTNER, algorithms: ['ES256', 'PS256'], requiredClaims: ['software_id'] };
    const { iss, iat, exp, jti, ...claims } = (await jwtVerify(statement, keys, options)).payload;
    return claims;
  } catch (cause) {
    throw new errors.InvalidSoftwareStatement(cause.code ?? 'not a JWT');
  }
}
