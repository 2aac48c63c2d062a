@file:JvmName("Tampering")

package dev.openidclient.integration

/** [jwt] with another first character of its signature: still base64url, but not what the server signed. */
fun withOtherSignature(jwt: String): String {
    val start = jwt.lastIndexOf('.') + 1
    return jwt.replaceRange(start, start + 1, if (jwt[start] == 'A') "B" else "A")
}
