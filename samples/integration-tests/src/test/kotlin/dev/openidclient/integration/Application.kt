package dev.openidclient.integration

/** Where the servers send people back to: nothing listens there, the browser of the tests stops before it. */
object Application {
    const val CALLBACK: String = "https://rp.example.com/callback"
    const val SIGNED_OUT: String = "https://rp.example.com/signed-out"
}
