package dev.openidclient.resourceserver

import java.security.MessageDigest

/**
 * Whether the sender of a request has the key, or the certificate, that its token is bound to ([RFC 9449
 * §7](https://www.rfc-editor.org/rfc/rfc9449#section-7), [RFC 8705 §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)).
 */
internal class Possession(
    /** Null: DPoP is not taken. */
    private val proofs: DpopProofValidation?,
    private val externalUrl: ExternalUrl,
    /** Whether a token that is bound to nothing is refused. */
    private val isRequired: Boolean,
) {
    val isDpopTaken: Boolean get() = proofs != null

    /**
     * What was proven for a token with [binding], all but that the proof has not come before; null: nothing with a key.
     * Throws [RefusedToken], [RefusedProof] or [RefusedRequest].
     */
    fun prove(
        binding: TokenBinding,
        credentials: RequestCredentials,
        request: ResourceRequest,
    ): ProvenKey? {
        val proven =
            if (proofs == null || credentials.proof == null) {
                requireNoKey(binding)
                null
            } else {
                proofs.proven(credentials.proof, binding, credentials.token, request)
            }
        binding.certificateThumbprint?.let { requireBoundCertificate(it, request.clientCertificate) }
        if (isRequired && proven == null && binding.certificateThumbprint == null) {
            throw RefusedToken(
                "the access token is bound to no key and no certificate, which requireSenderConstrained() demands",
            )
        }
        return proven
    }

    // RFC 9449 §7.2: a bound token must not be taken from whoever has it
    private fun requireNoKey(binding: TokenBinding) {
        if (binding.jwkThumbprint == null) return
        val hint = if (isDpopTaken) "" else "; dpop { } of the settings takes proofs"
        throw RefusedToken("the access token is bound to a DPoP key, but came as Bearer$hint")
    }

    private fun DpopProofValidation.proven(
        proof: String,
        binding: TokenBinding,
        token: String,
        request: ResourceRequest,
    ): ProvenKey {
        val bound =
            binding.jwkThumbprint
                ?: throw RefusedToken("the access token came as DPoP, but is bound to no DPoP key (cnf.jkt)")
        val proven = verify(proof, request.method, externalUrl.of(request), token)
        if (!MessageDigest.isEqual(proven.thumbprint.encodeToByteArray(), bound.encodeToByteArray())) {
            throw RefusedToken("the access token is bound to another DPoP key than the one of the proof")
        }
        return proven
    }

    /** The last of all checks. Throws [RefusedProof], [dev.openidclient.error.ReplayCacheException]. */
    suspend fun registerOnce(proven: ProvenKey?) {
        if (proven != null) proofs?.registerOnce(proven)
    }

    /** The headers with the nonce that is due after [used], or where there was none; empty where none is. */
    fun nonceHeaders(used: String?): Map<String, List<String>> =
        proofs?.nonceOffered(used)?.let { mapOf("dpop-nonce" to listOf(it)) }.orEmpty()
}
