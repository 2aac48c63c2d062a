package dev.openidclient.tampering

import dev.openidclient.http.Parameters
import dev.openidclient.tampering.Refusal.CALLBACK_ERROR
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTRUSTED

/** What the browser brings back in a code flow; the code is never sent then. */
internal val callbackCases: List<Case> =
    table("callback", Flows.codeOfPublicClient) {
        refused("state is absent", UNTRUSTED, callback { without("state") })
        refused("state is empty", UNTRUSTED, callback { with("state", "") })
        refused("state is another", UNTRUSTED, callback { with("state", "another-state-of-somebody-else") })
        refused("state is cut off", UNTRUSTED, callback { with("state", getValue("state").dropLast(1)) })
        refused("state goes on", UNTRUSTED, callback { with("state", getValue("state") + "A") })
        refused("state is in lower case", UNTRUSTED, callback { with("state", getValue("state").lowercase()) })
        refused("state has a line break", UNTRUSTED, callback { with("state", getValue("state") + "\r\n") })
        refused("state has another name", UNTRUSTED, callback { without("state").plus("State", getValue("state")) })
        refused("state comes twice", MALFORMED, callback { plus("state", getValue("state")) })
        refused("state comes again as another", MALFORMED, callback { plus("state", "another") })

        refused("iss is absent", UNTRUSTED, callback { without("iss") })
        refused("iss is empty", UNTRUSTED, callback { with("iss", "") })
        refused("iss is another server", UNTRUSTED, callback { with("iss", "https://attacker.example.com") })
        refused("iss has a slash at the end", UNTRUSTED, callback { with("iss", getValue("iss") + "/") })
        refused("iss is in upper case", UNTRUSTED, callback { with("iss", getValue("iss").uppercase()) })
        refused("iss is another issuer of the host", UNTRUSTED, callback { with("iss", getValue("iss") + "2") })
        refused("iss breaks the line", UNTRUSTED, callback { with("iss", "x\nINFO signed in: admin\u2028") })
        refused("iss is endless", UNTRUSTED, callback { with("iss", "https://" + "a".repeat(100_000)) })
        refused("iss comes twice", MALFORMED, callback { plus("iss", getValue("iss")) })

        refused("code is absent", MALFORMED, callback { without("code") })
        refused("code is empty", MALFORMED, callback { with("code", "") })
        refused("code comes twice", MALFORMED, callback { plus("code", "another") })
        refused("nothing is there", MALFORMED, callback { filtered { false } })
        refused("a JARM response is there", MALFORMED, callback { plus("response", "e30.e30.e30") })
        refused("a JARM response comes twice", MALFORMED, callback { plus("response", "").plus("response", "") })
        refused("an ID Token is there", UNSUPPORTED, callback { plus("id_token", "e30.e30.e30") })
        refused("an empty ID Token is there", UNSUPPORTED, callback { plus("id_token", "") })
        refused("a token is there", UNSUPPORTED, callback { plus("token", "a-token") })

        refused("error is there", CALLBACK_ERROR, callback { without("code").plus("error", "access_denied") })
        refused("error is there beside a code", CALLBACK_ERROR, callback { plus("error", "access_denied") })
        refused("error comes twice", MALFORMED, callback { plus("error", "a").plus("error", "b") })
        refused("error with another state", UNTRUSTED, callback { plus("error", "access_denied").with("state", "x") })
        refused("error without state", UNTRUSTED, callback { plus("error", "access_denied").without("state") })
        refused("error of another issuer", UNTRUSTED, callback { plus("error", "x").with("iss", "https://b.example") })
        refused("error without iss", UNTRUSTED, callback { plus("error", "access_denied").without("iss") })
        refused("error breaks the line", CALLBACK_ERROR, callback { plus("error", "x\r\nINFO signed in: admin\u2028") })
        refused("error is endless", CALLBACK_ERROR, callback { plus("error", "x".repeat(100_000)) })
        refused("a description breaks the line", CALLBACK_ERROR, denied { "x\nINFO signed in: admin\u202E" })
        refused("a description is endless", CALLBACK_ERROR, denied { "x".repeat(100_000) })
        refused("a description repeats the code", CALLBACK_ERROR, denied { "code ${it.getValue("code")}" })
        refused("a description repeats the state", CALLBACK_ERROR, denied { "state ${it.getValue("state")}" })
        refused("error repeats the code", CALLBACK_ERROR, callback { plus("error", getValue("code")) })
    }

private fun denied(description: (Parameters) -> String): Tampering =
    callback { plus("error", "access_denied").plus("error_description", description(this)) }

internal fun Parameters.getValue(name: String): String = requireNotNull(get(name)) { "no $name" }

private fun Parameters.filtered(keep: (String) -> Boolean) =
    names.filterNot(keep).fold(this) { left, name -> left.without(name) }
