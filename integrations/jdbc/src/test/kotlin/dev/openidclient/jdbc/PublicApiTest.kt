package dev.openidclient.jdbc

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-jdbc",
            "./mvnw -pl integrations/jdbc -am test -Dtest=PublicApiTest -Dapi.update=true " +
                "-Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
