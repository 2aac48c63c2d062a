package dev.openidclient.signin

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.isLoopback
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Clock
import java.time.Duration

/** The settings of [SignIn]. Read once, when it is made. */
@OpenIdClientDsl
public class SignInSettings internal constructor() {
    /** Where the browser comes back to, exactly as it is registered: an `https` URL. It must be said. */
    @set:JvmSynthetic // Java has the function
    public var redirectUri: String? = null

    /** Sets [redirectUri] and returns these settings: for Java. */
    public fun redirectUri(redirectUri: String?): SignInSettings = apply { this.redirectUri = redirectUri }

    private var shared: SharedStore? = null
    private var cookieCipher: TokenCipher? = null

    /**
     * Keeps what is pending in [store], sealed with [cipher], for all instances of the service: each has the same store,
     * the same keys and the same [namespace]. A callback is taken once over all of them. The store stays open. Default:
     * in the memory of this process.
     */
    public fun store(
        store: TokenStore,
        cipher: TokenCipher,
    ): SignInSettings = kept(SharedStore(store, cipher), null)

    /** Keeps what is pending in [store], which nobody else can read: for several of one process, as in tests. */
    public fun store(store: InMemoryTokenStore): SignInSettings = kept(SharedStore(store, cipher = null), null)

    /**
     * Keeps what is pending in the cookie itself, encrypted and authenticated by [cipher] for that cookie alone: for a
     * program that has no store. All instances have the same keys and the same [namespace].
     *
     * **A cookie can be sent twice**: nothing here makes a callback be taken once. What holds off a replay is the
     * server, which takes a code once, and the age, after which a cookie is refused. A [store] has no such gap.
     */
    public fun sealedCookie(cipher: TokenCipher): SignInSettings = kept(null, cipher)

    /** The time that one call of [store] or a cipher may take; then it counts as an outage. Default 1 second. */
    @set:JvmSynthetic // Java has the function
    public var storeTimeout: Duration = Duration.ofSeconds(1)

    /** Sets [storeTimeout] and returns these settings: for Java. */
    public fun storeTimeout(storeTimeout: Duration): SignInSettings = apply { this.storeTimeout = storeTimeout }

    /** What tells the sign-ins of this service from those of others with the same store or keys. Default empty. */
    @set:JvmSynthetic // Java has the function
    public var namespace: String = ""

    /** Sets [namespace] and returns these settings: for Java. */
    public fun namespace(namespace: String): SignInSettings = apply { this.namespace = namespace }

    /**
     * What the names of the cookies have after `__Host-`: 1 to 32 letters, digits, `-` and `_`. Another one for each of
     * several programs on one host. Default `signin`.
     */
    @set:JvmSynthetic // Java has the function
    public var cookieName: String = "signin"

    /** Sets [cookieName] and returns these settings: for Java. */
    public fun cookieName(cookieName: String): SignInSettings = apply { this.cookieName = cookieName }

    private var isInsecure = false

    /**
     * Cookies without `__Host-` and `Secure`, for development on this machine: [redirectUri] is then `http` on
     * `localhost`, `127.0.0.1` or `[::1]`. A security profile refuses it. With `response_mode=form_post` the cookie has
     * no `SameSite`, as browsers take `None` with `Secure` only.
     */
    public fun insecureCookies(): SignInSettings = apply { isInsecure = true }

    private var requestKey: SigningKey? = null
    private var isPushing = false

    /** Signs each authorization request with [key] ([RFC 9101](https://www.rfc-editor.org/rfc/rfc9101)). */
    public fun signRequests(key: SigningKey): SignInSettings = apply { requestKey = key }

    /**
     * Pushes each authorization request ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)), also where nobody requires
     * it; where the server, the client metadata or a security profile does, it is pushed without this call.
     */
    public fun pushRequests(): SignInSettings = apply { isPushing = true }

    private fun kept(
        store: SharedStore?,
        cipher: TokenCipher?,
    ): SignInSettings {
        shared = store
        cookieCipher = cipher
        return this
    }

    internal fun rules(): SignInRules {
        requirePositive("storeTimeout", storeTimeout)
        require(cookieName.length in NAME_LENGTHS && cookieName.all { it in NAME_CHARACTERS }) {
            "cookieName has 1 to 32 letters, digits, - and _, but is \"${printable(cookieName)}\""
        }
        val prefix = if (isInsecure) "$cookieName-" else "__Host-$cookieName-"
        return SignInRules(checkedRedirectUri(), prefix, isInsecure, isPushing, requestKey)
    }

    internal fun keeping(clock: Clock): Keeping =
        cookieCipher?.let { InCookie(it, namespace, storeTimeout) } ?: InStore(
            OneTimeEntries(
                shared ?: SharedStore(InMemoryTokenStore(clock = clock), cipher = null),
                namespace,
                storeTimeout,
            ),
        )

    private fun checkedRedirectUri(): String {
        val uri = requireNotNull(redirectUri) { "a SignIn needs redirectUri, exactly as it is registered" }
        val url = AbsoluteUrl.parse(uri)
        if (isInsecure) {
            require(url?.scheme == "http" && isLoopback(url.host)) {
                "insecureCookies() is for http on this machine, as http://localhost/callback, but redirectUri is " +
                    "\"${printable(uri)}\""
            }
        } else {
            require(url?.scheme == "https") {
                "redirectUri must be an https URL, but is \"${printable(
                    uri,
                )}\"; insecureCookies() permits http on this " +
                    "machine, for development"
            }
        }
        return uri
    }

    private companion object {
        val NAME_LENGTHS = 1..32
        val NAME_CHARACTERS = (('a'..'z') + ('A'..'Z') + ('0'..'9') + listOf('-', '_')).toSet()
    }
}

/** [SignInSettings], checked and fixed, but for where sign-ins are kept. */
internal class SignInRules(
    val redirectUri: String,
    /** Of the names of all cookies. */
    val cookiePrefix: String,
    val isInsecure: Boolean,
    val isPushing: Boolean,
    val requestKey: SigningKey?,
)
