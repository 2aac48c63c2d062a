@file:JvmName("OriginMappings")

package dev.openidclient.client

import dev.openidclient.http.HttpTransport
import dev.openidclient.http.OriginMapping
import dev.openidclient.http.mapped

/**
 * A transport that sends requests for the origin [from] to [to], and all others as they are:
 * [mapOrigin][SendingSettings.mapOrigin] for a transport that clients are given. It closes nothing; close this one. May
 * be called on its result, for another origin. Throws [IllegalArgumentException] as that does.
 */
public fun HttpTransport.mappingOrigin(
    from: String,
    to: String,
): HttpTransport = mapped(OriginMapping.NONE.and(from, to, insecureAllowed = false))

/** The same, where [to] may be `http`: [mapOriginInsecure][SendingSettings.mapOriginInsecure] for a transport. */
@InsecureRequests
public fun HttpTransport.mappingOriginInsecure(
    from: String,
    to: String,
): HttpTransport = mapped(OriginMapping.NONE.and(from, to, insecureAllowed = true))
