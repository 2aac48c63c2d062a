package dev.openidclient.agent

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.clientOf
import dev.openidclient.registration.registerAt
import java.util.function.Consumer

/**
 * Who a program is at authorization servers that it only learns of while it runs: the client that it was given there, the
 * one of its own [metadata document][ClientIdentitiesSettings.metadataDocument], one that it
 * [registers][ClientIdentitiesSettings.register], or one that somebody is [asked][ClientIdentitiesSettings.ask] for, in
 * this order. Several `McpAccess` can share one.
 *
 * What belongs to one issuer is never sent to, or read for, another one. Safe to use from any number of coroutines and
 * threads at once. Throws [IllegalArgumentException] where the settings contradict themselves, or name nothing.
 *
 * The page `docs/registration.md` shows what to choose.
 */
public class ClientIdentities internal constructor(
    private val settings: ClientIdentitiesSettings,
) {
    /** With the settings that [configure] makes. */
    public constructor(configure: Consumer<ClientIdentitiesSettings>) :
        this(ClientIdentitiesSettings().apply(configure::accept))

    init {
        settings.check()
    }

    private val registrations = Registrations(settings)
    private val answers = Answers()

    /**
     * The client of this program at [server], which is asked for it with [redirectUri]; null: there is no person, and only
     * a client that was given will do. It sends through [connection].
     *
     * Throws [MetadataException][dev.openidclient.error.MetadataException] with `OAUTH_CLIENT_NOT_REGISTERED` where there
     * is none, and what a registration, the store or the question throws.
     */
    internal suspend fun clientAt(
        server: AuthorizationServerMetadata,
        redirectUri: String?,
        connection: Connection,
    ): IdentifiedClient {
        val given = settings.given[server.issuer]
        if (given != null) return made(server, given.clientId, connection, ClientKind.GIVEN, given.configure)
        if (redirectUri == null) throw notRegistered(server, settings, isPersonThere = false)
        val document = settings.document
        if (document != null && supportsDocuments(server)) return ofDocument(document, server, redirectUri, connection)
        val registration = settings.registration
        if (registration != null && server.registrationEndpoint != null) {
            return registered(registration, server, redirectUri, connection)
        }
        return asked(server, connection) ?: throw notRegistered(server, settings)
    }

    private fun made(
        server: AuthorizationServerMetadata,
        clientId: String,
        connection: Connection,
        kind: ClientKind,
        configure: ClientSettings.() -> Unit,
    ): IdentifiedClient =
        IdentifiedClient(
            OpenIdClient(server, clientId) {
                configure()
                requireSharing(this).connection = connection
            },
            kind,
        )

    private fun ofDocument(
        document: DocumentClient,
        server: AuthorizationServerMetadata,
        redirectUri: String,
        connection: Connection,
    ): IdentifiedClient {
        val known = document.document
        if (known != null) {
            requireAmong(redirectUri, known.redirectUris, "the client metadata document at ${printable(known.url)}")
        }
        val made = made(server, document.url, connection, ClientKind.DOCUMENT, document.configure)
        return if (known == null) made else IdentifiedClient(made.client, made.kind, known.grantTypes)
    }

    private suspend fun registered(
        configure: RegistrationBuilder.() -> Unit,
        server: AuthorizationServerMetadata,
        redirectUri: String,
        connection: Connection,
    ): IdentifiedClient {
        val builder = RegistrationBuilder().apply(configure)
        requireNoCredential(requireSharing(builder.clientSettings()), builder)
        builder.connection = connection
        completed(builder, server, redirectUri)
        val kept =
            registrations.obtain(server.issuer, redirectUri, connection) {
                KeptRegistration.of(builder.registerAt(server), builder.document(), redirectUri)
            }
        return IdentifiedClient(builder.clientOf(server, kept.metadata), ClientKind.REGISTERED)
    }

    private suspend fun asked(
        server: AuthorizationServerMetadata,
        connection: Connection,
    ): IdentifiedClient? {
        val question = settings.question ?: return null
        val metadata = answers.of(server.issuer) { question.ask(server) } ?: return null
        val configuration = ClientSettings().connection(connection).build(metadata)
        return IdentifiedClient(
            OpenIdClient(server, configuration, ExpectedIssuer.ofMetadata(server.issuer)),
            ClientKind.ASKED,
        )
    }

    /**
     * Whether there is a client at [issuer] already, without a request to anybody: for the choice among several servers.
     * Throws [TokenSourceException][dev.openidclient.error.TokenSourceException] where the store fails.
     */
    internal suspend fun has(issuer: String): Boolean =
        issuer in settings.given || issuer in answers ||
            (settings.registration != null && registrations.has(issuer))

    /**
     * Takes note that the server answered `invalid_client` to [client]: a registration, or an answer, is forgotten. True
     * where [clientAt] now gives another one, to try once more; false where the failure is the caller's to throw: the
     * client was given, or has just been made in the place of another one that was refused.
     */
    internal suspend fun refused(client: IdentifiedClient): Boolean =
        when (client.kind) {
            ClientKind.GIVEN, ClientKind.DOCUMENT -> false
            ClientKind.REGISTERED -> registrations.refused(client.client)
            ClientKind.ASKED -> answers.refused(client.client)
        }

    /** The client may not be [client] any more, as another instance has registered since. */
    internal fun readAnew(client: IdentifiedClient) {
        if (client.kind == ClientKind.REGISTERED) registrations.readAnew(client.client.server.issuer)
    }

    override fun toString(): String = "ClientIdentities($settings)"
}

/** The same with [configure] for Kotlin. */
@JvmSynthetic // a constructor, but that would not hide from Java, where a lambda would fit both
public fun ClientIdentities(configure: ClientIdentitiesSettings.() -> Unit): ClientIdentities =
    ClientIdentities(Consumer { it.configure() })
