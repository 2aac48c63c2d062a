package dev.openidclient.loopback

/** The pages that a person sees at the end, or where there is nothing to see. They run no script, and load nothing. */
internal object LoopbackPage {
    fun completed(): String =
        html(
            "You may close this window",
            "The program that opened it has the answer of the server, and goes on there.",
        )

    fun nothing(): String = html("There is no such page", "This address is for the end of a sign-in only.")

    fun anotherSignIn(): String =
        html(
            "This is not the sign-in that was begun",
            "Go back to the program that opened this window. If it still waits, sign in there once more.",
        )

    fun busy(): String =
        html(
            "Too much came at once",
            "Load this page again in a moment. If that does not help, sign in once more in the program.",
        )

    /** [title] and [text] stand in it as they are. */
    private fun html(
        title: String,
        text: String,
    ): String =
        """
        |<!doctype html>
        |<html lang="en">
        |<head>
        |<meta charset="utf-8">
        |<meta name="viewport" content="width=device-width, initial-scale=1">
        |<meta name="color-scheme" content="light dark">
        |<title>$title</title>
        |<style>$STYLE</style>
        |</head>
        |<body>
        |<main>
        |$WINDOW
        |<h1>$title</h1>
        |<p>$text</p>
        |</main>
        |</body>
        |</html>
        |
        """.trimMargin()

    private val STYLE =
        """
        |
        |:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #4d5766;
        |  --line: #dfe3e8; --accent: #2457c5 }
        |@media (prefers-color-scheme: dark) {
        |  :root { --ground: #12151a; --card: #1b2027; --ink: #eef1f5; --soft: #b3bcc8;
        |    --line: #303845; --accent: #8db1ff }
        |}
        |* { box-sizing: border-box }
        |body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
        |  background: var(--ground); color: var(--ink);
        |  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
        |main { width: 100%; max-width: 27rem; padding: 2.5rem 2rem; text-align: center; background: var(--card);
        |  border: 1px solid var(--line); border-radius: 1rem }
        |svg { width: 3.5rem; height: 3.5rem; color: var(--accent) }
        |h1 { margin: 1rem 0 .5rem; font-size: 1.375rem; line-height: 1.3; font-weight: 600 }
        |p { margin: 0; color: var(--soft) }
        |
        """.trimMargin()

    /** A window with its button to close it. */
    private const val WINDOW =
        "<svg viewBox=\"0 0 48 48\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.5\" " +
            "stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">" +
            "<rect x=\"5\" y=\"8\" width=\"38\" height=\"32\" rx=\"5\"/><path d=\"M5 17h38M34 11l4 4m0-4-4 4\"/></svg>"
}
