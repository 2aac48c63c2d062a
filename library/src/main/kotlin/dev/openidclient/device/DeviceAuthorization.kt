package dev.openidclient.device

import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.askProvingOnDemand
import dev.openidclient.client.endpoint
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.jsonObject
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.MemberReader
import dev.openidclient.token.AskedFor
import kotlinx.serialization.json.JsonObject
import java.time.Duration

/**
 * Starts a sign-in on another device ([RFC 8628 §3.1](https://www.rfc-editor.org/rfc/rfc8628#section-3.1)): show the
 * person [DeviceAuthorization.verificationUri] and [DeviceAuthorization.userCode], then call [deviceCodeGrant]. Throws
 * [OAuthException].
 *
 * The page `docs/device-and-ciba.md` shows the whole flow.
 */
public suspend fun OpenIdClient.deviceAuthorization(
    configure: DeviceAuthorizationBuilder.() -> Unit = {},
): DeviceAuthorization {
    val form = DeviceAuthorizationBuilder().apply(configure).parameters.with("client_id", clientId)
    return sending {
        val endpoint = endpoint("device_authorization_endpoint")
        val call = EndpointCall.form(Purpose.DEVICE_AUTHORIZATION, endpoint, form, due = "device_code")
        askProvingOnDemand(call).read {
            deviceAuthorization(jsonObject(it), AskedFor(form["scope"], form.all("resource")))
        }
    }
}

private fun deviceAuthorization(
    json: JsonObject,
    asked: AskedFor,
): DeviceAuthorization {
    val read =
        MemberReader(json) {
            InvalidResponseException(ErrorCode.INVALID_RESPONSE, "device authorization response: $it")
        }
    return DeviceAuthorization(
        json,
        deviceCode = read.requiredString("device_code"),
        userCode = read.requiredString("user_code"),
        verificationUri = verificationUri(read),
        verificationUriComplete = read.optionalNonEmptyString("verification_uri_complete"),
        expiresIn = read.requiredLifetime("expires_in"),
        interval = read.optionalInterval("interval"),
        asked = asked,
    )
}

/** Google calls it `verification_url`, as the first drafts of RFC 8628 did. */
private fun verificationUri(read: MemberReader): String =
    read.optionalNonEmptyString("verification_uri")
        ?: read.optionalNonEmptyString("verification_url")
        ?: read.requiredString("verification_uri")

/** The parameters of a device authorization request. */
public class DeviceAuthorizationBuilder internal constructor() :
    AccessRequestBuilder<DeviceAuthorizationBuilder>(OWNED, "DeviceAuthorizationBuilder") {
        override fun self(): DeviceAuthorizationBuilder = this

        private companion object {
            val OWNED =
                listOf(
                    "client_id",
                    "client_secret",
                    "client_assertion",
                    "client_assertion_type",
                ).associateWith { null }
        }
    }

/**
 * A sign-in that waits for the person on another device ([RFC 8628
 * §3.2](https://www.rfc-editor.org/rfc/rfc8628#section-3.2)); unknown members survive in [json]. `toString` does not
 * show the codes.
 */
public class DeviceAuthorization internal constructor(
    json: JsonObject,
    /** For the token endpoint: a secret. */
    public val deviceCode: String,
    /** What the person types. */
    public val userCode: String,
    /**
     * Where the person types it: the text of the server, to show; make a link of it only where it begins with
     * `https://`. A server may call it `verification_url`, as Google does.
     */
    public val verificationUri: String,
    /** Where the code need not be typed: to show as a QR code, beside the other two. For a link the same holds. */
    public val verificationUriComplete: String?,
    /** How long the codes live, from the answer on. */
    public val expiresIn: Duration,
    /** How long to wait between two polls, 1 second at least; null: 5 seconds. */
    public val interval: Duration?,
    internal val asked: AskedFor = AskedFor(),
) : JsonMembers(json, "DeviceAuthorization") {
    override val shown: Set<String> get() = setOf("verification_uri", "verification_url", "expires_in", "interval")
}
