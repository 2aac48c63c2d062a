package dev.openidclient.userinfo

import dev.openidclient.token.StandardClaims
import kotlinx.serialization.json.JsonObject

/**
 * Claims about the person, from the UserInfo endpoint ([OpenID Connect Core
 * §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)); unknown ones survive in [json].
 */
public class UserInfo internal constructor(
    json: JsonObject,
) : StandardClaims(json, "UserInfo")
