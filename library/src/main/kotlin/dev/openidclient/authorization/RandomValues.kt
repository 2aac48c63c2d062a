@file:JvmName("RandomValues")

package dev.openidclient.authorization

import dev.openidclient.jose.randomValue

/**
 * A fresh value for `state` ([RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)): 32 random bytes
 * as base64url.
 */
public fun randomState(): String = randomValue()

/**
 * A fresh value for `nonce` ([OpenID Connect Core
 * §15.5.2](https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes)): 32 random bytes as base64url.
 */
public fun randomNonce(): String = randomValue()
