package dev.openidclient.testing

import java.nio.file.Path
import kotlin.io.path.Path

/** The directory of this Maven module; Surefire says it, an IDE runs tests in it. */
val moduleDirectory: Path = Path(System.getProperty("basedir") ?: "").toAbsolutePath()
