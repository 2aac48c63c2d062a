// CIBA has no browser: these routes stand in for the person's phone, and for the client's notification endpoint.
import { errors } from 'oidc-provider';
import { NOTIFICATION_ENDPOINT } from './clients.mjs';

/** A `fetch` that keeps what would be sent to the notification endpoint; everything else goes out. */
export function captureNotifications(notifications) {
  return (url, options) => {
    if (String(url) !== NOTIFICATION_ENDPOINT) {
      return globalThis.fetch(url, options);
    }
    const body = JSON.parse(options.body);
    notifications.set(body.auth_req_id, { authorization: new Headers(options.headers).get('authorization'), body });
    return Promise.resolve(new Response(null, { status: 204 }));
  };
}

/** `POST /test/ciba/{auth_req_id}/approve|deny` and `GET /test/ciba/{auth_req_id}/notification`. */
export function cibaRoutes(provider, notifications) {
  return async (ctx, next) => {
    const [, id, action] = /^\/test\/ciba\/([^/]+)\/(approve|deny|notification)$/.exec(ctx.path) ?? [];
    if (!id) {
      await next();
    } else if (action === 'notification') {
      ctx.body = notifications.get(id); // 204 when there is none
    } else {
      const request = await provider.BackchannelAuthenticationRequest.find(id);
      ctx.assert(request, 404);
      await provider.backchannelResult(request, await decision(provider, request, action), {
        authTime: Math.floor(Date.now() / 1000),
      });
      ctx.status = 204;
    }
  };
}

async function decision(provider, request, action) {
  if (action === 'deny') {
    return new errors.AccessDenied();
  }
  const grant = new provider.Grant({ accountId: request.accountId, clientId: request.clientId });
  grant.addOIDCScope(request.scope);
  await grant.save();
  return grant;
}
