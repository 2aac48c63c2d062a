package dev.openidclient.testing

/** The long versions of tests are asked for: `-Dlong`. */
internal val isLong: Boolean = System.getProperty("tests.long") == "true"
