package dev.openidclient.event

/**
 * The `error` of an answer, as events tell it: any other may be the server's own text ([OAuth Extensions Error
 * Registry](https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml#extensions-error)).
 */
internal object RegisteredErrors {
    private const val OTHER = "other"

    private val ALL =
        setOf(
            // RFC 6749 §4.1.2.1, §4.2.2.1, §5.2
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
            "invalid_scope",
            "access_denied",
            "server_error",
            "temporarily_unavailable",
            // RFC 6750 §3.1, RFC 9470 §3
            "invalid_token",
            "insufficient_scope",
            "insufficient_user_authentication",
            // RFC 7009 §2.2.1
            "unsupported_token_type",
            // RFC 7591 §3.2.2
            "invalid_redirect_uri",
            "invalid_client_metadata",
            "invalid_software_statement",
            "unapproved_software_statement",
            // RFC 8628 §3.5
            "authorization_pending",
            "slow_down",
            "expired_token",
            // RFC 8707 §2, RFC 9396 §5
            "invalid_target",
            "invalid_authorization_details",
            // RFC 9449 §5, §8
            "invalid_dpop_proof",
            "use_dpop_nonce",
            // OpenID Connect Core §3.1.2.6, and Unmet Authentication Requirements
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required",
            "invalid_request_uri",
            "invalid_request_object",
            "request_not_supported",
            "request_uri_not_supported",
            "registration_not_supported",
            "unmet_authentication_requirements",
            // CIBA §11, §13
            "expired_login_hint_token",
            "unknown_user_id",
            "missing_user_code",
            "invalid_user_code",
            "invalid_binding_message",
            "transaction_failed",
        )

    /** [error] where it is registered, [OTHER] where it is not; null where there is none. */
    fun shown(error: String?): String? = if (error == null || error in ALL) error else OTHER
}
